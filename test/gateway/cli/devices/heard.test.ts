/** What analytics says of when devices were heard of, and of their clocks. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readHeard } from '../../../../gateway/cli/devices/heard.ts'
import type { RawTelemetry, ReadingBlock } from '../../../../schemas/telemetry.ts'
import { telemetryRaw, telemetryReadings } from '../../../../topics/catalogue.ts'
import { createMemoryReader } from '../../analytics/memory-reader.ts'
import { type OpenAnalytics, openAnalytics } from '../../analytics/open-analytics.ts'

const NOW_MS = Date.UTC(2026, 6, 15, 12)
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
const reader = createMemoryReader()
let analytics: OpenAnalytics

const raw = (deviceId: string, receivedMs: number): RawTelemetry => ({
  ...{ deviceId, protocol: 'loopback', kind: 'energy', source: 'n', receivedMs, epoch: 0 },
  ...{ contentType: 'application/json', body: Buffer.from('{}'), sha256: '' },
})

/** Two values of 15 minutes, the second of which ends so long after receipt. */
function tell(deviceId: string, leadMs: number, receivedMs: number, changes: Partial<ReadingBlock> = {}): void {
  const startMs = receivedMs + leadMs - 30 * MINUTE_MS
  const block: ReadingBlock = {
    ...{ deviceId, channel: 'import', source: 'loopback', kind: 'interval', register: '', startMs, stepMs: 15 * MINUTE_MS },
    ...{ values: [1, 2], qualities: ['measured', 'measured'], sourceCode: '', rawOffset: 0 },
    ...changes,
  }
  reader.append(telemetryReadings, [block], { timestampMs: receivedMs })
}

beforeAll(async () => {
  reader.append(telemetryRaw.loopback, [
    raw('ahead', NOW_MS - HOUR_MS),
    raw('ahead', NOW_MS - MINUTE_MS),
    raw('quiet', NOW_MS - 99 * HOUR_MS),
  ])
  reader.append(telemetryRaw.loopback, [raw('elsewhere', NOW_MS)], { partition: 1 })
  tell('ahead', -2 * HOUR_MS, NOW_MS - HOUR_MS)
  tell('ahead', 7 * MINUTE_MS, NOW_MS - 30 * MINUTE_MS)
  tell('ahead', -MINUTE_MS, NOW_MS - MINUTE_MS)
  tell('ahead', 14 * MINUTE_MS, NOW_MS - 2 * HOUR_MS, { source: 'import' })
  tell('ahead', 9 * MINUTE_MS, NOW_MS - 25 * HOUR_MS)
  analytics = await openAnalytics(reader)
  await analytics.loader.caughtUp
})
afterAll(() => analytics.close())

test('of a partition: the last receipt, and the greatest lead of live readings of the last day', async () => {
  const heard = await readHeard(analytics.clientOf('analyst'), { partition: 0 }, NOW_MS)
  expect(heard).toEqual(
    new Map([
      ['ahead', { receivedMs: NOW_MS - MINUTE_MS, clockLeadMs: 7 * MINUTE_MS }],
      ['quiet', { receivedMs: NOW_MS - 99 * HOUR_MS, clockLeadMs: null }],
    ]),
  )
})

test('of one device, wherever it is', async () => {
  const heard = await readHeard(analytics.clientOf('analyst'), { deviceId: 'elsewhere' }, NOW_MS)
  expect(heard).toEqual(new Map([['elsewhere', { receivedMs: NOW_MS, clockLeadMs: null }]]))
})
