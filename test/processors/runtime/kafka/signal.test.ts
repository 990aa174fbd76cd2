/** A signal wakes who sleeps, and whoever was about to. */
import { expect, test } from 'vitest'
import { createSignal } from '../../../../processors/runtime/kafka/signal.ts'

const FOR_EVER_MS = 1_000_000

test('wakes a sleeper', async () => {
  const signal = createSignal()
  const sleep = signal.sleep(FOR_EVER_MS)
  signal.wake()
  await sleep
})

test('wakes who comes to sleep later, once', async () => {
  const signal = createSignal()
  signal.wake()
  await signal.sleep(FOR_EVER_MS)
  let isAsleep = true
  const second = signal.sleep(FOR_EVER_MS).then(() => {
    isAsleep = false
  })
  await new Promise((resolve) => setImmediate(resolve))
  expect(isAsleep).toBe(true)
  signal.wake()
  await second
})

test('lets a sleeper wake by itself', async () => {
  await createSignal().sleep(1)
})
