/** A record is tried until it is durable, or until the session stops. */
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { appendDurably } from '../../../gateway/retry/append-durably.ts'
import { createPause } from '../../../gateway/retry/pause.ts'
import { utilityEvents } from '../../../topics/catalogue.ts'
import { anEvent } from '../../build/events.ts'
import { createMemoryLog } from '../../support/memory-log.ts'

function createRig() {
  const log = createMemoryLog({ nowMs: () => 0 })
  const pause = createPause()
  const deps = { writer: log.writer, log: pino({ level: 'silent' }), pause }
  return { log, pause, append: () => appendDurably(utilityEvents, anEvent(), {}, deps) }
}

it('succeeds when the log comes back', async () => {
  const { log, pause, append } = createRig()
  log.failWith('the log is down')
  const appending = append()
  log.failWith(undefined)
  pause.wake()
  expect(await appending).toEqual({ partition: 0, offset: 0 })
  expect(log.read(utilityEvents)).toHaveLength(1)
})

it('gives up when the session stops, with what the log said', async () => {
  const { log, pause, append } = createRig()
  log.failWith('the log is down')
  const appending = append()
  pause.stop()
  await expect(appending).rejects.toThrow('the log is down')
})
