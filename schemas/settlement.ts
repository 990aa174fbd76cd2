/** Records of settlement: unit intervals, frozen baselines, results by revision, statement lines. */
import { added, boolean, enumeration, type Infer, int, list, long, of, optional, record, string } from './avro.ts'
import { channel, quality } from './common.ts'
import { settledUnit } from './program-terms.ts'
import { intervalReason, readingSource } from './telemetry.ts'

export const unitIntervalBlock = record(
  'UnitIntervalBlock',
  "What one device or meter contributes to a unit; a unit's energy is the sum over its contributors, newest revision each.",
  {
    unitId: string('Unit.'),
    unitKind: of(settledUnit, 'What the unit is.'),
    programId: string('Program that settles it; empty = every program that settles the device or meter itself.'),
    deviceId: string('Contributor.'),
    channel: of(channel, 'What was measured.'),
    source: of(readingSource, 'Where from.'),
    eventIds: list(
      string('Event.'),
      'Events that had dispatched the contributor in these intervals, where the unit is another than the contributor.',
    ),
    startMs: long('Start of the first interval, epoch ms UTC.'),
    stepS: int('Length of each, seconds.'),
    revision: int('As in telemetry.intervals.'),
    values: list(long('Energy, Wh.'), 'Net energies in Wh, + = import.'),
    qualities: list(quality, 'Quality of each.'),
    coveragePermille: list(int('Thousandths.'), 'Coverage of each, thousandths.'),
    reason: added(of(intervalReason, 'As in telemetry.intervals.'), 'initial'),
  },
)
export type UnitIntervalBlock = Infer<typeof unitIntervalBlock>

export const leftOutDay = record('LeftOutDay', 'A day that did not enter a baseline.', {
  day: string('Local date, YYYY-MM-DD.'),
  reason: string('Why, from the closed list of the engine.'),
})

export const settlementBaseline = record('SettlementBaseline', 'The baseline of a unit for an event, frozen.', {
  eventId: string('Event.'),
  unitId: string('Unit.'),
  programId: string('Program.'),
  revision: int('From 1.'),
  method: string('Name of the method.'),
  methodHash: string('Hash of its parameters.'),
  inputHash: string('Hash of the values used.'),
  historyPartition: int('Partition of settlement.intervals that was read.'),
  historyOffset: long('Rows at or below this offset were read.'),
  daysUsed: list(string('Local date.'), 'Days averaged, latest first.'),
  daysLeftOut: list(leftOutDay, 'Days searched and not used.'),
  adjustmentNumerator: string('Raw factor or offset as an exact ratio: numerator.'),
  adjustmentDenominator: string('Denominator; "0" = no adjustment could be made.'),
  adjustmentCapped: boolean('True: the cap was applied.'),
  startMs: long('Start of the first interval, epoch ms UTC.'),
  stepS: int('Length of each, seconds.'),
  unadjustedWh: list(long('Energy, Wh.'), 'Before adjustment, rounded, Wh.'),
  baselineWh: list(long('Energy, Wh.'), 'After adjustment, rounded once, Wh; empty = no baseline.'),
  noBaseline: optional(string('Why there is none, from the closed list of the engine.')),
  frozenMs: long('Epoch ms UTC.'),
})
export type SettlementBaseline = Infer<typeof settlementBaseline>

export const resultStatus = enumeration('ResultStatus', ['preliminary', 'final', 'restated'], 'How firm a result is.')
export const resultReason = enumeration(
  'ResultReason',
  ['initial', 'lateData', 'edit', 'method', 'registration', 'dispute', 'deadline'],
  'Why this revision.',
)

export const settlementResult = record('SettlementResult', 'Baseline against actual of a unit in an event, one revision.', {
  eventId: string('Event.'),
  unitId: string('Unit.'),
  unitKind: of(settledUnit, 'What the unit is.'),
  programId: string('Program.'),
  revision: int('From 1; append-only.'),
  status: of(resultStatus, 'How firm.'),
  reason: of(resultReason, 'Why this revision.'),
  startMs: long('Start of the first interval, epoch ms UTC.'),
  stepS: int('Length of each, seconds.'),
  baselineRevision: int('Baseline used; 0 = there is none.'),
  baselineWh: list(long('Energy, Wh.'), 'Baseline, Wh; empty = none.'),
  actualWh: list(long('Energy, Wh.'), 'Metered, Wh; 0 where missing, see qualities.'),
  reductionWh: list(long('Energy, Wh.'), 'Baseline - actual for shed, actual - baseline for take, Wh; 0 where it cannot be said.'),
  qualities: list(quality, 'Of the actual values.'),
  coveragePermille: list(int('Thousandths.'), 'Coverage of the actual values, thousandths.'),
  gapWh: long('Energy of flagged gaps in the event that no interval carries, Wh, where registers tell.'),
  noBaseline: optional(string('Why there is no baseline.')),
  intervalOffset: long('Last settlement.intervals offset that entered.'),
  computedMs: long('Epoch ms UTC.'),
  devicesLeftOut: added(
    int('Devices of the unit whose values of the event did not come; they count neither in the baseline nor in the actual values.'),
    0,
  ),
})
export type SettlementResult = Infer<typeof settlementResult>

export const settlementNomination = record(
  'SettlementNomination',
  'What a unit promises to deliver in a period; frozen at the deadline of the terms.',
  {
    nominationId: string('Names it in evidence.'),
    programId: string('Program.'),
    unitId: string('Unit that the program settles.'),
    fromMs: long('First instant of the period, epoch ms UTC.'),
    untilMs: long('End, exclusive, epoch ms UTC.'),
    nominatedW: long('Reduction promised, W; 0 = none.'),
    recordedBy: string('Opaque id of who recorded it.'),
    reason: string('Why.'),
    source: optional(string('File, or request, that it came from.')),
  },
)
export type SettlementNomination = Infer<typeof settlementNomination>

export const statementLine = record('StatementLine', 'What a unit is paid for an event.', {
  statementId: string('Program and period.'),
  programId: string('Program.'),
  unitId: string('Unit.'),
  eventId: string('Event.'),
  resultRevision: int('Result it rests on.'),
  revision: int('From 1.'),
  reductionWh: long('Settled reduction, Wh.'),
  nominatedWh: optional(long('Nominated reduction, Wh.')),
  energyMicro: long('Energy payment, millionths of currency.'),
  penaltyMicro: long('Penalty, millionths of currency.'),
  currency: string('ISO 4217 code.'),
  computedMs: long('Epoch ms UTC.'),
  unitKind: added(of(settledUnit, 'What the unit is.'), 'device'),
  startMs: added(long('Start of the event, epoch ms UTC.'), 0),
  seasonFrom: added(string('First local day of the season, YYYY-MM-DD; empty = outside of every season.'), ''),
  shortfallWh: added(optional(long('Nominated and not delivered, interval by interval, Wh; null = nothing was nominated.')), null),
  rounding: added(string('Rule by which Wh and money are rounded, once each.'), 'half-even'),
})
export type StatementLine = Infer<typeof statementLine>
