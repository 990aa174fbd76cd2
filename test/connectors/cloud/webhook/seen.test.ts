/** A message counts once, unless it could not be kept. */
import { expect, test } from 'vitest'
import { createSeen } from '../../../../connectors/cloud/webhook/seen.ts'

test('a message counts once, and again after it was forgotten', () => {
  const seen = createSeen()
  expect([seen.add('a'), seen.add('a'), seen.add('b')]).toEqual([true, false, true])
  seen.forget('a')
  expect(seen.add('a')).toBe(true)
})

test('the newest hundred thousand are remembered', () => {
  const seen = createSeen()
  for (let id = 0; id <= 100_000; id += 1) seen.add(String(id))
  expect([seen.add('1'), seen.add('0')]).toEqual([false, true])
})
