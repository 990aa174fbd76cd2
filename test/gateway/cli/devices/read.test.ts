/** A fleet is read partition by partition from the topics that processors keep; one device from its own alone. */
import { expect, test } from 'vitest'
import type { Which } from '../../../../gateway/cli/devices/heard.ts'
import { type FleetSource, readFleet } from '../../../../gateway/cli/devices/read.ts'
import { storeTopic } from '../../../../gateway/cli/log/store-topic.ts'
import { watchedChannel } from '../../../../processors/gaps/state.ts'
import { stores as outcomeStores } from '../../../../processors/outcomes/ports.ts'
import { store } from '../../../../processors/runtime/define.ts'
import { devicePresence, enrollmentState } from '../../../../topics/catalogue.ts'
import { partitionOf } from '../../../../topics/partitioner.ts'
import { aDevice } from '../../../build/devices.ts'
import { createMemoryRawLog, PARTITIONS } from '../log/memory-raw-log.ts'

const topics = [
  enrollmentState,
  devicePresence,
  storeTopic('outcomes', 'devices', outcomeStores.devices),
  storeTopic('outcomes', 'debts', outcomeStores.debts),
  storeTopic('gap-detector', 'channels', store(watchedChannel)),
]
const ids = Array.from({ length: 12 }, (_, index) => `d-${index + 10}`)

function open() {
  const log = createMemoryRawLog(topics)
  for (const deviceId of ids) {
    log.append(enrollmentState, aDevice({ deviceId }))
    log.append(devicePresence, { deviceId, connected: true, epoch: 1, node: 'n', sinceMs: 5 })
  }
  log.append(enrollmentState, null, { key: 'd-10' })
  const asked: Which[] = []
  const source: FleetSource = {
    log,
    schemas: log.schemas,
    devicePartitions: PARTITIONS,
    nowMs: 1000,
    heard: async (which) => {
      asked.push(which)
      return new Map([['d-11', { receivedMs: 7, clockLeadMs: 8 }]])
    },
  }
  return { log, asked, source }
}

const readAll = async (source: FleetSource, deviceId: string | undefined) => {
  const parts = []
  for await (const part of readFleet(source, deviceId)) parts.push(part)
  return parts
}

test('every device is told of once, partition by partition, in the order of ids', async () => {
  const { asked, source } = open()
  const parts = (await readAll(source, undefined)).map((part) => part.map(({ deviceId }) => deviceId))
  expect(parts).toHaveLength(PARTITIONS)
  parts.forEach((part, partition) => {
    expect(part.every((id) => partitionOf(id, PARTITIONS) === partition)).toBe(true)
    expect([...part].sort()).toEqual(part)
  })
  expect(parts.flat().sort()).toEqual(ids.slice(1))
  expect(asked).toEqual([{ partition: 0 }, { partition: 1 }, { partition: 2 }])
})

test('one device costs one partition', async () => {
  const { log, asked, source } = open()
  const [[device] = []] = await readAll(source, 'd-11')
  expect(device).toMatchObject({ deviceId: 'd-11', connection: { connected: true, sinceMs: 5 }, receivedMs: 7, clockLeadMs: 8 })
  expect(asked).toEqual([{ deviceId: 'd-11' }])
  expect(log.scanned.get(enrollmentState.name)).toBeLessThan(ids.length)
})

test('a device that nobody registered is named', async () => {
  await expect(readAll(open().source, 'nobody')).rejects.toThrow('--device: nobody is not registered')
})
