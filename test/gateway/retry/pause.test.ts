/** Waits that are cut short. */
import { expect, it } from 'vitest'
import { createPause } from '../../../gateway/retry/pause.ts'

const LONG_MS = 600_000

it('wakes everyone who waits', async () => {
  const pause = createPause()
  const waits = [pause.forRealMs(LONG_MS), pause.forRealMs(LONG_MS), pause.forRealMs(LONG_MS)]
  pause.wake()
  await Promise.all(waits)
})

it('lets each of several waits end at its own time', async () => {
  const pause = createPause()
  const long = pause.forRealMs(LONG_MS)
  await pause.forRealMs(1)
  await pause.forRealMs(1)
  pause.stop()
  await long
  expect(pause.stopped()).toBe(true)
})

it('remembers one wake for the next wait, and not for the one after', async () => {
  const pause = createPause()
  pause.wake()
  await pause.forRealMs(LONG_MS)
  const next = pause.forRealMs(LONG_MS)
  pause.stop()
  await next
  await pause.forRealMs(LONG_MS)
})
