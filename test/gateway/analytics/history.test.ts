/** Questions about the past are answered as settlement defines it, from what is pinned. */
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createHistoryClient, type HistoryClient } from '../../../gateway/analytics/history-client.ts'
import { answerHistory } from '../../../processors/settlement/combine.ts'
import type { HistoryQuestion } from '../../../processors/settlement/history.ts'
import type { UnitIntervalBlock } from '../../../schemas/settlement.ts'
import { settlementIntervals } from '../../../topics/catalogue.ts'
import { T0, unitIntervalBlock } from './blocks.ts'
import { createMemoryReader } from './memory-reader.ts'
import { type OpenAnalytics, openAnalytics } from './open-analytics.ts'

const reader = createMemoryReader()
let analytics: OpenAnalytics
let history: HistoryClient
let programs = 0
let programId = ''

beforeAll(async () => {
  analytics = await openAnalytics(reader)
  const { name, password } = analytics.userOf('settlement')
  history = createHistoryClient({ url: analytics.url, user: name, password, onRetry: (reason) => console.error(reason) })
})
beforeEach(() => {
  programId = `program-${programs++}`
})
afterAll(async () => {
  await history.close()
  await analytics.close()
})

const HOUR_MS = 3_600_000
function questionOf(more: Partial<HistoryQuestion> = {}): HistoryQuestion {
  return {
    eventId: 'event-1',
    programId,
    unitKind: 'device',
    unitIds: ['unit-1', 'unit-2'],
    stepS: 1800,
    fromMs: T0,
    toMs: T0 + 4 * HOUR_MS,
    spans: [
      { fromMs: T0, toMs: T0 + HOUR_MS },
      { fromMs: T0 + 2 * HOUR_MS, toMs: T0 + 3.5 * HOUR_MS },
    ],
    wholeIn: [{ fromMs: T0 + 2 * HOUR_MS, toMs: T0 + 3 * HOUR_MS }],
    dataSource: 'import',
    historyPartition: 0,
    historyOffset: 0,
    ...more,
  }
}

/** Records on a small grid, so that they meet: revisions, channels, sources, contributors, steps, holes. */
const anyBlock = fc
  .record({
    unitId: fc.constantFrom('unit-1', 'unit-2'),
    deviceId: fc.constantFrom('device-1', 'device-2'),
    channel: fc.constantFrom('net', 'import', 'export'),
    source: fc.constantFrom('import', 'ocpp', 'sep2', 'backfill'),
    revision: fc.integer({ min: 1, max: 3 }),
    stepS: fc.constantFrom(300, 900, 1800, 3600),
    slot: fc.integer({ min: -2, max: 14 }),
    values: fc.array(
      fc.tuple(
        fc.integer({ min: -2_000, max: 2_000 }),
        fc.constantFrom('measured', 'estimated', 'edited', 'modelled'),
        fc.constantFrom(0, 333, 1000),
      ),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
  })
  .map(({ slot, values, ...block }) =>
    unitIntervalBlock(
      values.map(([wh]) => wh),
      {
        ...(block as Partial<UnitIntervalBlock>),
        startMs: T0 + slot * 900_000,
        qualities: values.map(([, quality]) => quality as UnitIntervalBlock['qualities'][number]),
        coveragePermille: values.map(([, , coverage]) => coverage),
      },
    ),
  )

/** Some logs are of ordinary units, which are answered in a shorter way. */
const anyLog = fc.oneof(
  fc.array(anyBlock, { minLength: 1, maxLength: 25 }),
  fc
    .array(anyBlock, { minLength: 1, maxLength: 25 })
    .map((blocks) =>
      blocks.map((block) => ({ ...block, deviceId: block.unitId, channel: 'net' as const, source: 'import' as const, stepS: 1800 })),
    ),
  fc.array(anyBlock, { minLength: 1, maxLength: 25 }).map((blocks) =>
    blocks.map((block) => ({
      ...block,
      deviceId: 'd',
      channel: 'export' as const,
      source: 'ocpp' as const,
      stepS: 1800,
      startMs: T0 + ((block.startMs - T0) / 900_000) * 1_800_000,
    })),
  ),
)
const anyLogs = fc.array(fc.tuple(anyLog, fc.nat()), { minLength: 60, maxLength: 60 })

test('equals the definition of processors/settlement/combine.ts on any log, at any offset', async () => {
  const equal = fc.asyncProperty(anyLogs, async (logs) => {
    const cases = logs.map(([blocks, cut]) => {
      programId = `program-${programs++}`
      const log = blocks.map((block) => ({ ...block, programId }))
      const firstOffset = reader.append(settlementIntervals, log) - log.length + 1
      const seen = (cut % log.length) + 1
      return { question: questionOf({ historyOffset: firstOffset + seen - 1 }), log: log.slice(0, seen) }
    })
    for (const { question, log } of cases)
      for (const dataSource of ['import', 'device']) {
        const asked = { ...question, dataSource }
        expect(await history(asked)).toEqual(answerHistory(asked, log))
      }
  })
  await fc.assert(equal, { numRuns: 1, endOnFailure: true })
}, 180_000)

test('waits for the loader, and asks nothing of a partition without records', async () => {
  const [unitId] = ['unit-9']
  const before = reader.append(settlementIntervals, [unitIntervalBlock([1], { unitId, programId })])
  const asked = history(questionOf({ unitIds: [unitId ?? ''], stepS: 900, historyOffset: before + 1 }))
  reader.append(settlementIntervals, [unitIntervalBlock([5], { unitId, programId })])
  expect((await asked).units[0]?.wh).toEqual(new Float64Array([5]))
  expect((await history(questionOf({ historyPartition: 5, historyOffset: -1 }))).units.map(({ wh }) => wh.length)).toEqual([0, 0])
})

test('sees rows of the named partition only', async () => {
  const blocks = [unitIntervalBlock([4], { programId }), unitIntervalBlock([9], { programId })]
  const here = reader.append(settlementIntervals, blocks.slice(0, 1))
  reader.append(settlementIntervals, blocks.slice(1), { partition: 3 })
  await analytics.loader.caughtUp
  const { units } = await history(questionOf({ stepS: 900, historyOffset: here }))
  expect(units[0]?.wh).toEqual(new Float64Array([4]))
})

test('many ids with any letters fit into a question', async () => {
  const unitIds = Array.from({ length: 500 }, (_, index) => `unit ${String(index).padStart(3, '0')} it's "x\\y" ü, ${'z'.repeat(40)}`)
  const last = reader.append(
    settlementIntervals,
    unitIds.map((unitId, index) => unitIntervalBlock([index], { unitId, programId })),
  )
  const { units } = await history(questionOf({ unitIds, stepS: 900, historyOffset: last }))
  expect(units.map(({ wh }) => wh[0])).toEqual(unitIds.map((_, index) => index))
})
