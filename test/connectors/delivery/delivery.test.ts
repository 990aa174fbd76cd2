/** A node knows the past before it acts. */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { LogReader } from '../../../processors/runtime/log.ts'
import { deviceAcks, dispatchCommands } from '../../../topics/catalogue.ts'
import { createMemoryLog } from '../../support/memory-log.ts'
import { aCommand, anAck, NOW_MS } from './build.ts'
import { createRig } from './rig.ts'

/** What was appended has been read, and what follows from it has happened. */
async function rest(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await turn()
}

/** A reader whose reading of acks takes its time. */
function slowWithAcks(reader: LogReader, open: Promise<void>): LogReader {
  return {
    async follow(topics, from, onBatch) {
      const isSlow = topics.some(({ name }) => name === deviceAcks.name)
      const following = await reader.follow(topics, from, async (records) => {
        if (isSlow) await open
        await onBatch(records)
      })
      return following
    },
  }
}

test('what was answered is not sent again, though its ack is read late', async () => {
  const log = createMemoryLog({ nowMs: () => NOW_MS })
  await log.writer.append(dispatchCommands.loopback, aCommand(1))
  await log.writer.append(deviceAcks, anAck(aCommand(1), 'rejected'))
  let read = (): void => undefined
  const starting = createRig(log, slowWithAcks(log.reader, new Promise((resolve) => (read = resolve))))
  await rest()
  read()
  const rig = await starting
  await rest()
  expect(rig.calls).toEqual([])
})

test('acks of another node count', async () => {
  const rig = await createRig()
  rig.epochs.delete('D')
  await rig.command(aCommand(1))
  await rig.log.writer.append(deviceAcks, { ...anAck(aCommand(1), 'rejected'), node: 'other' })
  await rest()
  rig.epochs.set('D', 5)
  rig.delivery.onReachable('D')
  await rest()
  expect(rig.calls).toEqual([])
})

test('a command older than the look back is not known', async () => {
  const log = createMemoryLog({ nowMs: () => NOW_MS })
  await log.writer.append(dispatchCommands.loopback, aCommand(1), { timestampMs: NOW_MS - 49 * 3_600_000 })
  const rig = await createRig(log)
  await rest()
  expect(rig.calls).toEqual([])
})
