/** The ledger: what each device was last told, and which events it took. */
import { added, boolean, type Infer, int, list, long, record, string } from '../../schemas/avro.ts'

export const ledgerSegment = record('LedgerSegment', 'A stretch of the timeline that the device was last given.', {
  startMs: long('Start, epoch ms UTC.'),
  endMs: long('End, exclusive, epoch ms UTC.'),
  level: string('Level.'),
  limitW: long('Limit, W.'),
  eventId: string('Event.'),
  programId: string('Program.'),
  templateHash: string('Content hash of the template that it was filled from.'),
})
export type LedgerSegment = Infer<typeof ledgerSegment>

export const takenEvent = record('TakenEvent', 'An event that the device was called for, as limits count it.', {
  eventId: string('Event.'),
  programId: string('Program.'),
  startMs: long('Start for this device, epoch ms UTC.'),
  endMs: long('End for this device, exclusive, epoch ms UTC.'),
  day: int('Local day of the start in the zone of the program, days since 1970-01-01.'),
  counted: boolean('False: a drill, which no limit counts.'),
  eventsBefore: int('Events of the season that it had when first called: its place in the order of call.'),
  countedFromMs: added(long('From when limits count it: the start of the event, or of the device where that is earlier; 0 = startMs.'), 0),
})
export type TakenEvent = Infer<typeof takenEvent>

export const ledgerState = record('LedgerState', 'What devices alike were last told; many devices share one.', {
  segments: list(ledgerSegment, 'Timeline of the last command; empty = released.'),
  taken: list(takenEvent, 'Events taken, by start.'),
  issuedMs: long('Time of the last command, epoch ms UTC; 0 = none.'),
  heldUntilMs: long('Until when the device may hold anything that it was told by this or an earlier command, epoch ms UTC; 0 = nothing.'),
})
export type LedgerState = Infer<typeof ledgerState>

export const ledgerPage = record('LedgerPage', 'Rows of devices that follow one another in the order of ids, as columns of equal length.', {
  deviceIds: list(string('Device.'), 'Devices, ascending.'),
  seqs: list(long('Sequence.'), 'seq of the last command; 0 = none.'),
  stateIndexes: list(int('Index.'), 'Index into states.'),
  states: list(ledgerState, 'States, each once.'),
})
export type LedgerPage = Infer<typeof ledgerPage>

/** What a device that was never called has. One object, so that equal devices are recognised by identity. */
export const UNTOLD: LedgerState = { segments: [], taken: [], issuedMs: 0, heldUntilMs: 0 }
