/** A node that comes back finds the connections that it left open, and no others. */
import { expect, test } from 'vitest'
import { findLeftOpen } from '../../../connectors/delivery/left-open.ts'
import { deviceConnections, devicePresence } from '../../../topics/catalogue.ts'
import { createMemoryLog, type MemoryLog } from '../../support/memory-log.ts'
import { HOUR_MS, NOW_MS } from './build.ts'

async function opened(log: MemoryLog, deviceId: string, node = 'a', atMs = NOW_MS): Promise<number> {
  const record = { deviceId, protocol: 'ocpp', node, opened: true, epoch: -1, atMs, reason: '' } as const
  return (await log.writer.append(deviceConnections, record, { timestampMs: atMs })).offset
}

async function closed(log: MemoryLog, deviceId: string, epoch: number): Promise<void> {
  const record = { deviceId, protocol: 'ocpp', node: 'a', opened: false, epoch, atMs: NOW_MS, reason: '' } as const
  await log.writer.append(deviceConnections, record, { timestampMs: NOW_MS })
}

const createLog = () => createMemoryLog({ nowMs: () => NOW_MS, devicePartitions: 1 })

test('connections that were opened here and not closed are found', async () => {
  const log = createLog()
  const left = await opened(log, 'left')
  await closed(log, 'closed', await opened(log, 'closed'))
  await opened(log, 'elsewhere', 'b')
  await opened(log, 'moved', 'a')
  await opened(log, 'moved', 'b')
  expect(await findLeftOpen(log.reader, 'a', NOW_MS)).toEqual(new Map([['left', left]]))
})

test('the close of an older connection does not hide a newer one', async () => {
  const log = createLog()
  const first = await opened(log, 'D')
  const second = await opened(log, 'D')
  await closed(log, 'D', first)
  expect(await findLeftOpen(log.reader, 'a', NOW_MS)).toEqual(new Map([['D', second]]))
})

test('a connection older than the look back is known from presence', async () => {
  const log = createLog()
  const epoch = await opened(log, 'old', 'a', NOW_MS - 1_000 * HOUR_MS)
  expect(await findLeftOpen(log.reader, 'a', NOW_MS)).toEqual(new Map())
  await log.writer.append(devicePresence, { deviceId: 'old', connected: true, epoch, node: 'a', sinceMs: NOW_MS })
  expect(await findLeftOpen(log.reader, 'a', NOW_MS)).toEqual(new Map([['old', epoch]]))
})
