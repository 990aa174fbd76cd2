/** Follows what the rest of Drover says that a VEN has to act on: programs to ask for, reports to send. */
import type { Following, LogReader } from '../../../processors/runtime/log.ts'
import { programsView, utilityReports } from '../../../topics/catalogue.ts'
import { followEach, interest } from '../../follow-each.ts'
import { type Knowledge, learnProgram, learnReport } from './knowledge.ts'

/** Settles once everything that was on the log at the start is known; `onNews` is called for what comes after, too. */
export const attend = (known: Knowledge, reader: LogReader, onNews: (topics: ReadonlySet<string>) => void): Promise<Following> =>
  followEach(
    reader,
    [interest(programsView, (program) => learnProgram(known, program)), interest(utilityReports, (report) => learnReport(known, report))],
    onNews,
  )
