/** The assertions of the exactly-once tests find what they are there to find. */
import { expect, test } from 'vitest'
import { deviations, misnumbered, none } from './exactly.ts'

test('equal ids deviate in nothing', () => {
  expect(deviations(['b', 'a'], ['a', 'b'])).toEqual(none)
})

test('a lost, a doubled and a strange id are told apart', () => {
  expect(deviations(['a', 'a', 'c'], ['a', 'b'])).toEqual({ missing: ['b'], doubled: ['a'], unexpected: ['c'] })
})

test('a counter that lost a change, or took one twice, is found', () => {
  const note = (deviceId: string, number: number) => ({ deviceId, thingId: `${deviceId}${number}`, number })
  expect(misnumbered([note('a', 1), note('b', 1), note('a', 2)])).toEqual([])
  expect(misnumbered([note('a', 1), note('a', 1)])).toEqual(['a'])
  expect(misnumbered([note('a', 1), note('a', 3)])).toEqual(['a'])
})
