/** What settlement remembers: events and how far they are settled, the units in each, and lost gaps. */
import { added, boolean, enumeration, type Infer, int, list, long, of, optional, record, string } from '../../schemas/avro.ts'
import { settledUnit } from '../../schemas/program-terms.ts'
import { resultReason, settlementResult } from '../../schemas/settlement.ts'

/**
 * waiting: not over yet. pass: its units are computed one after the other. watch: computed; late data computes a unit anew.
 * closing: its deadline passed, and what is preliminary becomes final. forgetting: long past.
 */
export const settlementPhase = enumeration(
  'SettlementPhase',
  ['waiting', 'pass', 'watch', 'closing', 'forgetting'],
  'Where an event stands.',
)

const asked = record('SettlementAsked', 'A question that is not answered yet.', {
  dirty: boolean('True: about units to be computed anew; false: the next ones of the pass.'),
  wide: boolean('True: about the whole look-back.'),
  unitIds: list(string('Unit.'), 'Units asked for.'),
  untilUnit: string('The pass goes on after this unit.'),
  historyOffset: long('Offset that was pinned.'),
  askedMs: long('Epoch ms UTC.'),
})
export type Asked = Infer<typeof asked>

export const settledEvent = record('SettledEvent', 'An event, and how far it is settled.', {
  eventId: string('Event.'),
  programId: string('Program.'),
  startMs: long('Start, epoch ms UTC.'),
  endMs: long('End, exclusive; where it was cancelled on the way, the time of that, epoch ms UTC.'),
  isSettled: boolean('False: a drill; it steers load, but nothing is paid for it.'),
  phase: of(settlementPhase, 'Where it stands.'),
  reason: of(resultReason, 'Why the pass is made.'),
  cursor: string('Last unit done; empty = none.'),
  asked: optional(of(asked, 'Question under way.')),
  termsHash: string('Hash of the terms it was computed with; empty = not yet.'),
  fromMs: long('Start of the stretch whose energies matter, epoch ms UTC.'),
  toMs: long('End of the stretch whose energies matter, epoch ms UTC.'),
  isClosed: boolean('True: the deadline was dealt with.'),
  finalizing: boolean('True: a tick told complete results to become final.'),
})
export type SettledEvent = Infer<typeof settledEvent>

export const unitReach = enumeration('UnitReach', ['called', 'dispatched', 'participated'], 'How far an event reached a unit.')

export const unitInEvent = record('UnitInEvent', 'A unit in an event.', {
  eventId: string('Event.'),
  unitId: string('Unit.'),
  unitKind: of(settledUnit, 'What the unit is.'),
  reach: of(unitReach, 'How far the event reached it.'),
  baselineRevision: int('Baseline written last; 0 = none.'),
  inputHash: string('Input of that baseline.'),
  result: optional(of(settlementResult, 'Result written last.')),
  isComplete: boolean('True: every event interval came whole from the named source.'),
  statementRevision: int('Statement line written last; 0 = none.'),
})
export type UnitInEvent = Infer<typeof unitInEvent>

export const dirtyUnit = record('DirtyUnit', 'A unit to be computed anew.', {
  reason: of(resultReason, 'Why.'),
  offset: long('Contribution that made it so; -1 = none did.'),
  wide: boolean('True: days beyond the usual ones are needed.'),
  sinceMs: added(long('When it was noted first, epoch ms UTC.'), 0),
  touchedMs: added(long('When it was noted last, epoch ms UTC.'), 0),
})
export type DirtyUnit = Infer<typeof dirtyUnit>

export const readyUnit = record('ReadyUnit', 'A unit whose result is complete and becomes final on a tick.', { unitId: string('Unit.') })

export const historyPosition = record('HistoryPosition', 'How far the partition was read.', {
  offset: long('Last offset of settlement.intervals.'),
})

const lostGap = record('SettledGap', 'A gap whose energy no interval carries.', {
  gapId: string('Gap.'),
  fromMs: long('Epoch ms UTC.'),
  untilMs: long('Epoch ms UTC.'),
  energyWh: long('Energy, Wh.'),
})
export const lostGaps = record('SettledGaps', 'Lost gaps of a device.', { gaps: list(lostGap, 'The newest last.') })
export type LostGaps = Infer<typeof lostGaps>
