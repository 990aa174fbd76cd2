/** Follows what the rest of Drover says that a VEN has to act on: events understood, reports and opts to send, programs to offer. */
import type { Following, LogReader } from '../../../processors/runtime/log.ts'
import { programCapacity, programsView, utilityEvents, utilityOpts, utilityReports } from '../../../topics/catalogue.ts'
import { followEach, interest } from '../../follow-each.ts'
import { type Knowledge, learnCapacity, learnEvent, learnOpt, learnProgram, learnReport } from './knowledge.ts'

/** Settles once everything that was on the log at the start is known; `onNews` is called for what comes after, too. */
export const attend = (known: Knowledge, reader: LogReader, onNews: () => void): Promise<Following> =>
  followEach(
    reader,
    [
      interest(programsView, (program) => learnProgram(known, program)),
      interest(programCapacity, (sums) => learnCapacity(known, sums)),
      interest(utilityEvents, (event) => learnEvent(known, event)),
      interest(utilityReports, (report) => learnReport(known, report)),
      interest(utilityOpts, (opt) => learnOpt(known, opt)),
    ],
    onNews,
  )
