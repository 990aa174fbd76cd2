/** An event of yesterday with its units, their energies known to the watt-hour, and the questions that settlement will ask about them. */
import { kindOfDay, programCalendar } from '../../../processors/calendar/day-kind.ts'
import { DAY_MS, dayStartMs, localDayNumber } from '../../../processors/calendar/local-day.ts'
import { type HistoryQuestion, MAX_UNITS_ASKED } from '../../../processors/settlement/history.ts'
import { planEvent } from '../../../processors/settlement/plan-event.ts'
import type { DecisionBlock } from '../../../schemas/dispatch.ts'
import type { ProgramTerms } from '../../../schemas/program-terms.ts'
import type { UnitIntervalBlock } from '../../../schemas/settlement.ts'
import type { UtilityEvent } from '../../../schemas/utility.ts'
import { settlementIntervals } from '../../../topics/catalogue.ts'
import { partitionOf } from '../../../topics/partitioner.ts'
import { anEvent, HOUR_MS } from '../../build/events.ts'
import { termsOf } from './fleet.ts'

export const STEP_MS = 900_000
export const SLOTS = DAY_MS / STEP_MS
export const HISTORY_DAYS = 45
export const PROGRAM = 'settled'
const EVENT_WH = 100
const DIGITS = 7
const DECISIONS_PER_BLOCK = 500

/** Local time without daylight saving, so that a slot of the day is the same one in UTC all year. */
export const settledTerms: ProgramTerms = termsOf({ zone: 'America/Phoenix' })

const unitName = (unit: number): string => `unit-${String(unit).padStart(DIGITS, '0')}`
const slotOf = (atMs: number): number => (atMs / STEP_MS) % SLOTS

/** What a unit draws in a slot on every day without event: its baseline, since the window before the event is like any other. */
const usualWh = (unit: number, slot: number): number => 400 + ((unit * 31 + slot * 17) % 1_000)

export interface SettledUnits {
  readonly count: number
  readonly event: UtilityEvent
  readonly dayMs: number
  /** Units by partition, ascending. */
  readonly byPartition: readonly (readonly string[])[]
}

/** 14:00 to 18:00 of the last weekday that is over. */
export function settledUnits(count: number, partitions: number, nowMs: number): SettledUnits {
  const { zone } = settledTerms
  let day = localDayNumber(nowMs, zone) - 1
  while (kindOfDay(day, programCalendar([])) !== 'weekday') day--
  const dayMs = dayStartMs(day, zone)
  const startMs = dayMs + 14 * HOUR_MS
  const byPartition = Array.from({ length: partitions }, (): string[] => [])
  for (let unit = 0; unit < count; unit++) byPartition[partitionOf(unitName(unit), partitions)]?.push(unitName(unit))
  const event = anEvent({ eventId: 'bench-event', programId: PROGRAM, startMs, endMs: startMs + 4 * HOUR_MS, receivedMs: dayMs })
  return { count, event, dayMs, byPartition }
}

/** One statement per day of history: rows as the loader would have written them, all at offset 0 of their partitions. */
export function fillStatements({ count, dayMs }: SettledUnits, partitions: number): readonly string[] {
  return Array.from({ length: HISTORY_DAYS }, (_, day) => {
    const startMs = dayMs - (day + 1) * DAY_MS
    return `INSERT INTO drover.unit_interval_rows (program_id, unit_id, unit_kind, device_id, channel, source, event_ids, start_at, step_s,
      revision, whs, qualities, coverages_permille, recorded_at, topic, partition, offset)
    SELECT '', concat('unit-', leftPad(toString(number), ${DIGITS}, '0')) AS unit, 'device', unit, 'import', 'ocpp', [],
      fromUnixTimestamp64Milli(${startMs}, 'UTC'), 900, 1,
      arrayMap(slot -> 400 + (number * 31 + (intDiv(${startMs}, ${STEP_MS}) + slot) % ${SLOTS} * 17) % 1000, range(${SLOTS})),
      arrayWithConstant(${SLOTS}, 'measured'), arrayWithConstant(${SLOTS}, 1000), now64(3),
      '${settlementIntervals.name}', kafkaMurmurHash(unit) % ${partitions}, 0
    FROM numbers(${count})`
  })
}

/** What a unit drew on the day of the event. */
export function eventDay({ event, dayMs }: SettledUnits, unit: number): UnitIntervalBlock {
  const slots = Array.from({ length: SLOTS }, (_, i) => dayMs + i * STEP_MS)
  return {
    unitId: unitName(unit),
    unitKind: 'device',
    programId: '',
    deviceId: unitName(unit),
    channel: 'import',
    source: 'ocpp',
    eventIds: [],
    startMs: dayMs,
    stepS: STEP_MS / 1_000,
    revision: 1,
    values: slots.map((atMs) => (atMs >= event.startMs && atMs < event.endMs ? EVENT_WH : usualWh(unit, slotOf(atMs)))),
    qualities: slots.map(() => 'measured'),
    coveragePermille: slots.map(() => 1_000),
    reason: 'initial',
  }
}

/** The decisions that sent a command to each unit, as the dispatcher writes them. */
export function decisionsOf({
  event,
  byPartition,
}: SettledUnits): readonly { readonly partition: number; readonly block: DecisionBlock }[] {
  return byPartition.flatMap((unitIds, partition) =>
    chunks(unitIds, DECISIONS_PER_BLOCK).map((deviceIds) => ({ partition, block: decisionBlock(event, deviceIds) })),
  )
}

function decisionBlock({ eventId, programId, receivedMs }: UtilityEvent, deviceIds: readonly string[]): DecisionBlock {
  const each = <T>(value: T): readonly T[] => deviceIds.map(() => value)
  return {
    eventId,
    eventRevision: 1,
    programId,
    termsVersion: 1,
    trigger: 'order',
    orderSeq: 1,
    decidedMs: receivedMs,
    deviceIds,
    outcomes: each('sent'),
    commandSeqs: each(1),
    stateOffsets: each(1),
    epochs: each(1),
    payloadHashes: each(''),
    outrankedBy: each(''),
    faults: [],
  }
}

/** Settlement's first questions, by partition. `ends`: next offsets of settlement.intervals. */
export function questionsOf({ event, byPartition }: SettledUnits, ends: readonly number[]): readonly (readonly HistoryQuestion[])[] {
  const { spans, eventDaySpans } = planEvent(event, settledTerms, false)
  return byPartition.map((unitIds, partition) =>
    chunks(unitIds, MAX_UNITS_ASKED).map((asked) => ({
      eventId: event.eventId,
      programId: '',
      unitKind: 'device',
      unitIds: asked,
      stepS: STEP_MS / 1_000,
      fromMs: spans[0]?.fromMs ?? 0,
      toMs: spans.at(-1)?.toMs ?? 0,
      spans,
      wholeIn: eventDaySpans,
      dataSource: settledTerms.dataSource,
      historyPartition: partition,
      historyOffset: (ends[partition] ?? 0) - 1,
    })),
  )
}

/** What all units together should have drawn in the event, and what they drew, Wh. */
export function sumsOf({ count, event }: SettledUnits): { readonly baselineWh: number; readonly actualWh: number } {
  let baselineWh = 0
  const slots = (event.endMs - event.startMs) / STEP_MS
  for (let unit = 0; unit < count; unit++)
    for (let slot = 0; slot < slots; slot++) baselineWh += usualWh(unit, slotOf(event.startMs + slot * STEP_MS))
  return { baselineWh, actualWh: count * slots * EVENT_WH }
}

const chunks = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
