/** Baselines worked out again in SQL equal settlement's to the watt-hour. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { evaluateBaseline } from '../../../processors/settlement/baseline/evaluate.ts'
import { unitHistory } from '../../../processors/settlement/baseline/input.ts'
import { caisoTenInTen } from '../../../processors/settlement/baseline/published.ts'
import { buildSeries } from '../../../processors/settlement/baseline/series.ts'
import { baselineRecord } from '../../../processors/settlement/baseline-record.ts'
import type { SettlementBaseline, UnitIntervalBlock } from '../../../schemas/settlement.ts'
import type { UtilityEvent } from '../../../schemas/utility.ts'
import { settlementBaselines, settlementIntervals, utilityEvents } from '../../../topics/catalogue.ts'
import { HOUR_MS, localMs } from '../../processors/settlement/baseline/build.ts'
import { unitIntervalBlock } from './blocks.ts'
import { createMemoryReader } from './memory-reader.ts'
import { type OpenAnalytics, openAnalytics } from './open-analytics.ts'

const ZONE = 'America/Los_Angeles'
const HOLIDAYS = ['2025-06-19', '2025-07-04']
const FROM_MS = localMs('2025-06-01', 0, ZONE)
const START_MS = localMs('2025-07-16', 17 * 60, ZONE)
const END_MS = localMs('2025-07-16', 20 * 60, ZONE)
const UNTIL_MS = localMs('2025-07-17', 0, ZONE)

interface Reading {
  readonly startMs: number
  readonly wh: number
}

const event: UtilityEvent = {
  ...{ eventId: 'event-1', revision: 1, kind: 'event', refusal: null, programId: 'program-1', vtnId: 'vtn', theirEventId: 'theirs' },
  ...{ modificationNumber: 0, startMs: START_MS, endMs: END_MS, openEnded: false, test: 'none', rank: 1, randomizeStartS: 0 },
  ...{ intervals: [{ startMs: START_MS, endMs: END_MS, level: '1', valueW: null }], targets: [], targetW: null, opt: null, hold: null },
  ...{ receivedMs: FROM_MS, signal: null, batchIndex: 0, batchCount: 1 },
  ...{ optCause: null, optDetail: '', optDeadlineMs: null, optRequest: null, again: false, ordered: true },
}

/** Days on which earlier events dispatched every unit. */
const earlier = ['2025-07-09', '2025-07-10']

function settle(unitId: string, readings: readonly Reading[], historyOffset: number): SettlementBaseline {
  const series = buildSeries(
    FROM_MS,
    UNTIL_MS,
    HOUR_MS,
    readings.map((reading) => ({ ...reading, quality: 'measured' as const })),
  )
  const otherEvents = earlier.map((day) => ({
    ...{ startMs: localMs(day, 17 * 60, ZONE), endMs: localMs(day, 20 * 60, ZONE) },
    ...{ own: true, reach: 'participated' as const },
  }))
  const context = { eventStartMs: START_MS, eventEndMs: END_MS, zone: ZONE, stepMs: HOUR_MS, holidays: HOLIDAYS }
  const outcome = evaluateBaseline(caisoTenInTen.method, { ...context, unit: unitHistory(series, { otherEvents }) })
  const question = { eventId: 'event-1', historyPartition: 0, historyOffset, stepS: 3600 } as never
  const facts = { programId: 'program-1', unitId, method: '10-in-10', revision: 1, startMs: START_MS, nowMs: UNTIL_MS }
  return baselineRecord(outcome, { question, ...facts })
}

/** Readings that follow each other stand in one block. */
function blocksOf(unitId: string, readings: readonly Reading[]): readonly UnitIntervalBlock[] {
  const runs: { readonly startMs: number; readonly values: number[] }[] = []
  for (const { startMs, wh } of readings) {
    const run = runs.at(-1)
    if (run && run.values.length < 96 && startMs === run.startMs + run.values.length * HOUR_MS) run.values.push(wh)
    else runs.push({ startMs, values: [wh] })
  }
  return runs.map(({ startMs, values }) => unitIntervalBlock(values, { unitId, deviceId: unitId, stepS: 3600, startMs }))
}

const reader = createMemoryReader()
let analytics: OpenAnalytics
beforeAll(async () => {
  analytics = await openAnalytics(reader)
  reader.append(utilityEvents, [event])
})
afterAll(() => analytics.close())

async function recompute(): Promise<readonly { unit_id: string; baseline_wh: number; recomputed_wh: number | null; days: number }[]> {
  const terms = 'days = 10, least_days = 5, window_from_s = -14400, window_until_s = -3600, least_permille = 800, greatest_permille = 1200'
  const days = (list: readonly string[]) => `['${list.join("','")}']`
  return analytics.rows(
    `SELECT * FROM recomputed_baselines(event = 'event-1', zone = '${ZONE}', holidays = ${days(HOLIDAYS)}, excluded = ${days(earlier)}, ${terms})`,
  )
}

async function load(units: ReadonlyMap<string, readonly Reading[]>): Promise<readonly SettlementBaseline[]> {
  const baselines = [...units].map(([unitId, readings]) =>
    settle(unitId, readings, reader.append(settlementIntervals, blocksOf(unitId, readings))),
  )
  const last = reader.append(settlementBaselines, baselines)
  await expect.poll(() => analytics.loader.loaderOffset(settlementBaselines.name, 0), { timeout: 30_000 }).toBe(last + 1)
  const next = () => analytics.loader.loaderOffset(settlementIntervals.name, 0)
  await expect.poll(next, { timeout: 30_000 }).toBe((baselines.at(-1)?.historyOffset ?? 0) + 1)
  return baselines
}

test('comes to the numbers of the hand-checkable fixture', async () => {
  const readings = readFileSync(new URL('../../fixtures/baseline/hourly.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
    .filter(([, , kwh]) => kwh !== '')
    .map(([day = '', hour, kwh]) => ({ startMs: localMs(day, Number(hour) * 60, ZONE), wh: Number(kwh) * 1000 }))
  await load(new Map([['fixture', readings]]))
  const rows = (await recompute()).filter(({ unit_id }) => unit_id === 'fixture')
  expect(rows.map(({ recomputed_wh }) => recomputed_wh)).toEqual([218_760, 227_400, 188_520])
  expect(rows.map(({ baseline_wh, days }) => [baseline_wh, days])).toEqual([218_760, 227_400, 188_520].map((wh) => [wh, 10]))
})

test('equals settlement to the watt-hour for any load, with holes, export and caps', async () => {
  const anyLoad = fc.record({
    level: fc.integer({ min: -300, max: 2_000 }),
    wobble: fc.integer({ min: 1, max: 700 }),
    eventDay: fc.constantFrom(0.5, 0.9, 1, 1.07, 1.4),
    hole: fc.integer({ min: 2, max: 60 }),
    seed: fc.nat({ max: 1_000_000 }),
  })
  const hours = Math.round((UNTIL_MS - FROM_MS) / HOUR_MS)
  const units = new Map<string, readonly Reading[]>(
    fc.sample(anyLoad, 60).map(({ level, wobble, eventDay, hole, seed }, unit) => {
      const readings = Array.from({ length: hours }, (_, hour) => {
        const noise = ((hour * 2_654_435_761 + seed * 40_503) >>> 7) % wobble
        const factor = FROM_MS + hour * HOUR_MS >= START_MS - 17 * HOUR_MS ? eventDay : 1
        return { startMs: FROM_MS + hour * HOUR_MS, wh: Math.round((level + noise) * factor) }
      })
      return [`unit-${unit}`, readings.filter((_, hour) => (hour * 7_919 + seed) % (hole * 24) > 3)] as const
    }),
  )
  const baselines = await load(units)
  const expected = baselines.flatMap(({ unitId, baselineWh }) => baselineWh.map((wh) => `${unitId} ${wh}`)).sort()
  const rows = (await recompute()).filter(({ unit_id }) => units.has(unit_id))
  expect(expected.length).toBeGreaterThan(90)
  expect(rows.map(({ unit_id, recomputed_wh }) => `${unit_id} ${recomputed_wh}`).sort()).toEqual(expected)
  expect(new Set(baselines.map(({ adjustmentCapped }) => adjustmentCapped)).size).toBe(2)
})
