/** A message is recorded once, however often and however close together it comes, unless it could not be kept. */
import { expect, test } from 'vitest'
import { createSeen } from '../../../../connectors/cloud/webhook/seen.ts'

const well = async (): Promise<void> => undefined

test('a message is recorded once', async () => {
  const seen = createSeen()
  expect([await seen.once('a', well), await seen.once('a', well), await seen.once('b', well)]).toEqual([true, false, true])
})

test('a twin that comes while the first is being recorded is answered like it', async () => {
  const seen = createSeen()
  let fail = (_: Error): void => undefined
  const first = seen.once('a', () => new Promise((_, reject) => (fail = reject)))
  const twin = seen.once('a', well)
  fail(new Error('the log is full'))
  await expect(first).rejects.toThrow('the log is full')
  await expect(twin).rejects.toThrow('the log is full')
  expect(await seen.once('a', well)).toBe(true)
})

test('the newest hundred thousand are remembered', async () => {
  const seen = createSeen()
  for (let id = 0; id <= 100_000; id += 1) await seen.once(String(id), well)
  expect([await seen.once('1', well), await seen.once('0', well)]).toEqual([false, true])
})
