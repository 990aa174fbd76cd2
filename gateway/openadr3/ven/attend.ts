/** Follows what the rest of Drover says that a VEN has to act on or to tell: programs, events and what became of them, reports to send. */
import type { Following, LogReader } from '../../../processors/runtime/log.ts'
import type { DeviceState } from '../../../schemas/enrollment.ts'
import { dispatchDelivery, enrollmentState, programsView, utilityEvents, utilityReports } from '../../../topics/catalogue.ts'
import { followEach, interest } from '../../follow-each.ts'
import { type Knowledge, learnDelivery, learnEvent, learnProgram, learnReport } from './knowledge.ts'
import { learnDevice, type Membership } from './membership.ts'

/** Settles once everything that was on the log at the start is known; `onNews` is called for what comes after, too. */
export const attend = (known: Knowledge, reader: LogReader, onNews: (topics: ReadonlySet<string>) => void): Promise<Following> =>
  followEach(
    reader,
    [
      interest(programsView, (program) => learnProgram(known, program)),
      interest(utilityEvents, (event) => learnEvent(known, event)),
      interest(dispatchDelivery, (sums) => learnDelivery(known, sums)),
      interest(utilityReports, (report) => learnReport(known, report)),
    ],
    onNews,
  )

/** Follows which devices are in which resources; settles once all of them are known. */
export async function attendDevices(known: Knowledge, reader: LogReader): Promise<Following> {
  const membership: Membership = new Map()
  const learn = ({ key, value }: { readonly key: string; readonly value: unknown }): void =>
    learnDevice(membership, key, value as DeviceState | null)
  const following = await followEach(reader, [{ topic: enrollmentState, learn }])
  known.membership = membership
  return following
}
