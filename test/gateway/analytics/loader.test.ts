/** The log ends up in the tables, once, whatever happens between. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { dispatchDecisions, settlementIntervals, settlementResults, telemetryIntervals } from '../../../topics/catalogue.ts'
import { decisionBlock, intervalBlock, settlementResult, T0, unitIntervalBlock } from './blocks.ts'
import { fillLog } from './crash-log.ts'
import { createMemoryReader } from './memory-reader.ts'
import { freshFolder, type OpenAnalytics, openAnalytics } from './open-analytics.ts'

const open: OpenAnalytics[] = []
afterEach(async () => {
  for (const analytics of open.splice(0)) await analytics.close()
})

async function load(reader: ReturnType<typeof createMemoryReader>, dataDir?: string): Promise<OpenAnalytics> {
  const analytics = await openAnalytics(reader, dataDir)
  open.push(analytics)
  await analytics.loader.caughtUp
  return analytics
}

test('an older revision that arrives last does not win, interval by interval', async () => {
  const reader = createMemoryReader()
  reader.append(telemetryIntervals, [
    intervalBlock([10, 20], { revision: 2 }),
    intervalBlock([1, 2, 3], { revision: 1 }),
    intervalBlock([7], { revision: 1, deviceId: 'device-2' }),
  ])
  const { rows } = await load(reader)
  const query = 'SELECT device_id, wh, revision FROM intervals ORDER BY device_id, start_at'
  expect(await rows(query)).toEqual([
    { device_id: 'device-1', wh: 10, revision: 2 },
    { device_id: 'device-1', wh: 20, revision: 2 },
    { device_id: 'device-1', wh: 3, revision: 1 },
    { device_id: 'device-2', wh: 7, revision: 1 },
  ])
  expect(await rows('SELECT wh FROM intervals WHERE wh < 3')).toEqual([])
})

test('of equal revisions the later record wins, and a result keeps every revision beside its newest', async () => {
  const reader = createMemoryReader()
  reader.append(settlementIntervals, [unitIntervalBlock([5]), unitIntervalBlock([6])])
  reader.append(settlementResults, [settlementResult([50], { revision: 2, status: 'final' }), settlementResult([40])])
  const { rows } = await load(reader)
  expect(await rows('SELECT wh FROM unit_contributions')).toEqual([{ wh: 6 }])
  expect(await rows('SELECT actual_wh, baseline_wh, status FROM results')).toEqual([{ actual_wh: 50, baseline_wh: 150, status: 'final' }])
  expect(await rows('SELECT revision FROM result_revisions ORDER BY revision')).toEqual([{ revision: 1 }, { revision: 2 }])
})

test('a block becomes a row per device, each with the place of its record', async () => {
  const reader = createMemoryReader()
  reader.append(dispatchDecisions, [decisionBlock(['a']), decisionBlock(['b', 'c'], { outcomes: ['sent', 'optedOut'] })], { partition: 4 })
  const { rows } = await load(reader)
  expect(
    await rows('SELECT device_id, outcome, topic, partition, offset, block_index, decided_at FROM decisions ORDER BY device_id'),
  ).toEqual(
    [
      ['a', 'sent', 0, 0],
      ['b', 'sent', 1, 0],
      ['c', 'optedOut', 1, 1],
    ].map(([device_id, outcome, offset, block_index]) => ({
      ...{ device_id, outcome, topic: dispatchDecisions.name, partition: 4, offset, block_index },
      decided_at: '2026-06-01 00:00:00.000',
    })),
  )
})

test('a restart goes on where the last one ended', async () => {
  const dataDir = freshFolder()
  const reader = createMemoryReader()
  reader.append(telemetryIntervals, [intervalBlock([1])])
  const first = await load(reader, dataDir)
  expect(first.loader.loaderOffset(telemetryIntervals.name, 0)).toBe(1)
  await open.pop()?.close()
  reader.append(telemetryIntervals, [intervalBlock([2], { startMs: T0 + 900_000 })])
  const { loader, rows } = await load(reader, dataDir)
  expect(loader.loaderOffset(telemetryIntervals.name, 0)).toBe(2)
  expect(await rows('SELECT count() AS n, sum(wh) AS wh FROM intervals')).toEqual([{ n: 2, wh: 3 }])
  await open.pop()?.close()
  rmSync(dataDir, { recursive: true })
})

test('a record whose columns differ in length is told of and left out; the rest goes on', async () => {
  const reader = createMemoryReader()
  reader.append(telemetryIntervals, [intervalBlock([1, 2], { qualities: ['measured'] }), intervalBlock([3])])
  const { loader, rows, lines } = await load(reader)
  expect(await rows('SELECT wh FROM intervals')).toEqual([{ wh: 3 }])
  expect(lines.join()).toContain(`${telemetryIntervals.name}-0-0: columns of 2, 1, 2 values`)
  expect(loader.loaderOffset(telemetryIntervals.name, 0)).toBe(2)
})

test('killed between the rows and the position, it loads the rows again and nothing is doubled', async () => {
  const dataDir = freshFolder()
  const script = fileURLToPath(new URL('crash-loader.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout, 'data')
  expect(String(line)).toContain('rows are in')
  child.kill('SIGKILL')
  await once(child, 'exit')

  const reader = createMemoryReader()
  const { records, wh, devices } = fillLog(reader, 1)
  const { rows, loader } = await load(reader, dataDir)
  expect(loader.loaderOffset(telemetryIntervals.name, 0)).toBe(records)
  expect(await rows('SELECT count() AS n, sum(wh) AS wh FROM intervals')).toEqual([{ n: records * 4, wh }])
  expect(await rows('SELECT count() AS n FROM decisions')).toEqual([{ n: devices }])
  expect(await rows('SELECT count() AS n, sum(reduction_wh) AS wh FROM result_revisions')).toEqual([{ n: 5, wh: 500 }])
  await open.pop()?.close()
  rmSync(dataDir, { recursive: true })
})
