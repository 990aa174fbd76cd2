/** The sums that reports ask of ClickHouse, on the real engine and the real tables. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { applyDdl } from '../../../gateway/analytics/ddl.ts'
import { type EmbeddedEngine, openEmbeddedEngine } from '../../../gateway/analytics/embedded/engine.ts'
import { createClickHouseSource, type Query } from '../../../gateway/reporting/clickhouse-source.ts'

const fromMs = Date.UTC(2026, 6, 15, 12)
const toMs = fromMs + 3_600_000
let folder: string
let engine: EmbeddedEngine

const query: Query = async <Row>(sql: string, params: Readonly<Record<string, string | number>>) => {
  const text = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]))
  const bytes = await engine.read({ sql, params: text, settings: {}, format: 'JSONEachRow' }, {})
  return Buffer.from(bytes)
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row)
}
const source = () => createClickHouseSource(query)

let offset = 0
const at = (ms: number) => `fromUnixTimestamp64Milli(${ms}, 'UTC')`

/** One block of quarters of an hour from noon, as the loader writes it. */
async function contribute(
  deviceId: string,
  whs: readonly number[],
  change: Partial<Record<'channel' | 'source' | 'quality', string>> & { stepS?: number; revision?: number; startMs?: number } = {},
) {
  const { channel = 'import', source = 'ocpp', quality = 'measured', stepS = 900, revision = 1, startMs = fromMs } = change
  offset += 1
  await engine.command(`INSERT INTO drover.unit_interval_rows
    (program_id, unit_id, unit_kind, device_id, channel, source, event_ids, step_s, revision, start_at, whs, qualities, coverages_permille, recorded_at, topic, partition, offset)
    VALUES ('', '${deviceId}', 'device', '${deviceId}', '${channel}', '${source}', [], ${stepS}, ${revision}, ${at(startMs)}, [${whs}],
      [${whs.map(() => `'${quality}'`)}], [${whs.map(() => 1000)}], ${at(startMs)}, 'settlement.intervals.v1', 0, ${offset})`)
}

async function change(deviceId: string, kind: string, fromMs: number, refusal: string | null = null, eventId = '', resourceId = '') {
  offset += 1
  await engine.command(`INSERT INTO drover.enrollment_change_rows (device_id, kind, change_id, effective_from, program_id, resource_id, event_id, recorded_at, topic, partition, offset)
    VALUES ('${deviceId}', '${kind}', 'c${offset}', ${at(fromMs)}, 'summer-shed', ${resourceId === '' ? 'NULL' : `'${resourceId}'`}, ${eventId === '' ? 'NULL' : `'${eventId}'`}, ${at(fromMs)}, 'enrollment.changes.v1', 0, ${offset})`)
  await engine.command(`INSERT INTO drover.enrollment_verdict_rows (device_id, change_id, change_offset, refusal, detail, recorded_at, topic, partition, offset)
    VALUES ('${deviceId}', 'c${offset}', ${offset}, ${refusal === null ? 'NULL' : `'${refusal}'`}, '', ${at(fromMs)}, 'enrollment.verdicts.v1', 0, ${offset})`)
}

async function result(
  unitId: string,
  revision: number,
  baselines: readonly number[],
  actuals: readonly number[],
  quality = 'measured',
  { eventId = 'e-1', unitKind = 'device' } = {},
) {
  offset += 1
  await engine.command(`INSERT INTO drover.result_blocks
    (event_id, unit_id, unit_kind, program_id, revision, status, reason, baseline_revision, gap_wh, no_baseline, interval_offset, computed_at, step_s, start_ms,
     actuals_wh, baselines_wh, reductions_wh, qualities, coverages_permille, recorded_at, topic, partition, offset)
    VALUES ('${eventId}', '${unitId}', '${unitKind}', 'summer-shed', ${revision}, 'preliminary', 'initial', 1, 0, NULL, 0, ${at(toMs)}, 900, ${fromMs},
      [${actuals}], [${baselines.length > 0 ? baselines : actuals.map(() => 'NULL')}], [${actuals.map(() => 0)}],
      [${actuals.map(() => `'${quality}'`)}], [${actuals.map(() => 1000)}], ${at(toMs)}, 'settlement.results.v1', 0, ${offset})`)
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'report-source-'))
  engine = openEmbeddedEngine(folder)
  await applyDdl(engine)
  for (const device of ['a', 'b', 'left', 'late', 'refused']) await contribute(device, [1000, 2000, 3000, 4000])
  await change('a', 'enrolled', 0)
  await change('b', 'enrolled', 0)
  await change('left', 'enrolled', 0)
  await change('left', 'unenrolled', fromMs - 1)
  await change('late', 'enrolled', toMs)
  await change('refused', 'enrolled', 0, 'noTemplate')
})
afterAll(async () => {
  await engine.close()
  rmSync(folder, { recursive: true, force: true })
})

const ask = (change: { stepS?: number; dataSource?: string } = {}) =>
  source().intervalSums({ programId: 'summer-shed', resourceId: null, fromMs, toMs, stepS: 900, dataSource: 'ocpp', ...change })
const energies = async (change: { stepS?: number; dataSource?: string } = {}) => (await ask(change)).map(({ energyWh }) => energyWh)

it('adds up the devices that are in the program', async () => {
  expect(await ask()).toEqual([
    { startMs: fromMs, energyWh: 2000, quality: 'measured', devices: 2 },
    { startMs: fromMs + 900_000, energyWh: 4000, quality: 'measured', devices: 2 },
    { startMs: fromMs + 1_800_000, energyWh: 6000, quality: 'measured', devices: 2 },
    { startMs: fromMs + 2_700_000, energyWh: 8000, quality: 'measured', devices: 2 },
  ])
})

it('adds finer intervals up onto the grid asked for', async () => {
  expect(await energies({ stepS: 1800 })).toEqual([6000, 14000])
})

it('takes the newest revision, nets exports, and counts a device once however many sources it has', async () => {
  await contribute('a', [1500], { revision: 2, quality: 'estimated' })
  await contribute('b', [-200], { channel: 'export' })
  await contribute('b', [9000], { source: 'import' })
  const [first, second] = await ask()
  expect(first).toEqual({ startMs: fromMs, energyWh: 1500 + 1000 - 200, quality: 'estimated', devices: 2 })
  expect(second?.quality).toBe('measured')
  expect((await energies({ dataSource: 'import' }))[0]).toBe(1500 + 9000)
  expect((await energies({ dataSource: 'device' }))[0]).toBe(1500 + 1000 - 200)
})

it('knows nothing of a program that nobody is in', async () => {
  expect(await source().intervalSums({ programId: 'other', resourceId: null, fromMs, toMs, stepS: 900, dataSource: 'ocpp' })).toEqual([])
})

it('adds up results by their newest revision, and says how many units have a baseline', async () => {
  await result('a', 1, [9000, 9000], [9000, 9000])
  await result('a', 2, [5000, 5000], [2000, 3000])
  await result('b', 1, [4000, 4000], [1000, 1000], 'estimated')
  await result('c', 1, [], [100, 100])
  expect(await source().resultSums({ eventId: 'e-1', resourceId: null })).toEqual({
    stepS: 900,
    units: 3,
    unitsWithBaseline: 2,
    steps: [
      { startMs: fromMs, usageWh: 3100, baselineWh: 9000, deltaUsageWh: -6000, quality: 'estimated' },
      { startMs: fromMs + 900_000, usageWh: 4100, baselineWh: 9000, deltaUsageWh: -5000, quality: 'estimated' },
    ],
  })
})

it('lets a unit without a measurement make a sum uncertain, not missing, and takes no reduction from it', async () => {
  await result('silent', 1, [700, 700], [0, 0], 'missing')
  const { steps } = await source().resultSums({ eventId: 'e-1', resourceId: null })
  expect(steps[0]).toEqual({ startMs: fromMs, usageWh: 3100, baselineWh: 9700, deltaUsageWh: -6000, quality: 'estimated' })
})

it('has nothing for an event that is not settled', async () => {
  expect(await source().resultSums({ eventId: 'nobody', resourceId: null })).toMatchObject({ stepS: 0, units: 0, steps: [] })
})

it('counts the devices of a program: reachable by their last connection, or by recent values; and those that opted out', async () => {
  const connect = async (deviceId: string, opened: boolean, ms: number) => {
    offset += 1
    await engine.command(`INSERT INTO drover.connection_rows (device_id, at, protocol, node, opened, epoch, recorded_at, topic, partition, offset)
      VALUES ('${deviceId}', ${at(ms)}, 'ocpp', 'n', ${opened}, 0, ${at(ms)}, 'device.connections.v1', 0, ${offset})`)
  }
  const opt = (deviceId: string, kind: string, ms: number) => change(deviceId, kind, ms, null, 'e-9')
  const counts = (atMs: number) =>
    source().statusCounts({ programId: 'summer-shed', resourceId: null, atMs, sinceMs: atMs - 1_800_000, eventIds: ['e-1', 'e-9'] })
  await connect('a', true, fromMs + 1000)
  await connect('a', false, fromMs + 2000)
  await opt('b', 'optedOut', fromMs + 1000)
  await opt('b', 'optedIn', fromMs + 5000)
  expect(await counts(fromMs + 1500)).toEqual({ devices: 2, online: 2, optedOut: 1 })
  expect(await counts(fromMs + 3000)).toEqual({ devices: 2, online: 1, optedOut: 1 })
  expect(await counts(fromMs + 6000)).toEqual({ devices: 2, online: 1, optedOut: 0 })
  expect((await counts(fromMs + 9_000_000)).online).toBe(0)
})

it('adds up, and counts, the devices of one resource: those enrolled in it or moved to it', async () => {
  const enrolled = (deviceId: string, kind: string, ms: number, resourceId: string) => change(deviceId, kind, ms, null, '', resourceId)
  for (const device of ['r1', 'r2', 'r3']) await contribute(device, [10, 20, 30, 40])
  await enrolled('r1', 'enrolled', 1000, 'feeder-7')
  await enrolled('r2', 'enrolled', 1000, 'feeder-7')
  await enrolled('r2', 'moved', 2000, 'feeder-8')
  await enrolled('r3', 'enrolled', 1000, 'feeder-8')
  await enrolled('r3', 'unenrolled', 3000, '')
  const of = (resourceId: string) =>
    source().intervalSums({ programId: 'summer-shed', resourceId, fromMs, toMs, stepS: 3600, dataSource: 'ocpp' })
  expect(await of('feeder-7')).toEqual([{ startMs: fromMs, energyWh: 100, quality: 'measured', devices: 1 }])
  expect(await of('feeder-8')).toEqual([{ startMs: fromMs, energyWh: 100, quality: 'measured', devices: 1 }])
  expect(await of('feeder-9')).toEqual([])
  const period = { atMs: toMs, sinceMs: fromMs, eventIds: [] }
  expect(await source().statusCounts({ programId: 'summer-shed', resourceId: 'feeder-8', ...period })).toMatchObject({
    devices: 1,
    online: 1,
  })
})

it('has the result of one resource apart from those of others', async () => {
  const ofResource = { eventId: 'e-2', unitKind: 'resource' }
  await result('feeder-7', 1, [900], [400], 'measured', ofResource)
  await result('feeder-8', 1, [90], [40], 'measured', ofResource)
  const deltas = async (resourceId: string | null) =>
    (await source().resultSums({ eventId: 'e-2', resourceId })).steps.map(({ deltaUsageWh }) => deltaUsageWh)
  expect([await deltas('feeder-7'), await deltas('feeder-8'), await deltas(null), await deltas('feeder-9')]).toEqual([
    [-500],
    [-50],
    [-550],
    [],
  ])
})
