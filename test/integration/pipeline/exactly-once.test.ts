/** The checks of the pipeline tests find what they are there to find. */
import { expect, test } from 'vitest'
import type { Command, DecisionBlock } from '../../../schemas/dispatch.ts'
import { anEvent } from '../../build/events.ts'
import { doubledDecisions, misnumbered, undecided } from './exactly-once.ts'

const block = (orderSeq: number, deviceIds: readonly string[], commandSeqs: readonly number[]): DecisionBlock => ({
  eventId: anEvent().eventId,
  eventRevision: 1,
  programId: 'p',
  termsVersion: 1,
  trigger: 'order',
  orderSeq,
  decidedMs: 0,
  deviceIds: [...deviceIds],
  outcomes: deviceIds.map(() => 'sent' as const),
  commandSeqs: [...commandSeqs],
  stateOffsets: deviceIds.map(() => 0),
  epochs: deviceIds.map(() => 0),
  payloadHashes: deviceIds.map(() => ''),
  faults: [],
  outrankedBy: deviceIds.map(() => ''),
})
const command = (deviceId: string, seq: number) => ({ deviceId, seq }) as Command

test('a lost and a doubled number are found', () => {
  const numbered = (key: string, ...numbers: readonly number[]) => numbers.map((number) => ({ key, number }))
  expect(misnumbered([...numbered('a', 1, 2, 3), ...numbered('b', 1)])).toEqual([])
  expect(misnumbered(numbered('a', 1, 3))).toEqual(['a: 3 after 1'])
  expect(misnumbered(numbered('a', 1, 1))).toEqual(['a: 1 after 1'])
})

test('a device that a pass decided about twice is found', () => {
  expect(doubledDecisions([block(1, ['a', 'b'], [1, 1]), block(2, ['a'], [2])])).toEqual([])
  expect(doubledDecisions([block(1, ['a', 'b'], [1, 1]), block(1, ['b'], [2])])).toEqual(['2 × order 1, event E revision 1, b'])
})

test('decisions and commands that do not belong together are found', () => {
  expect(undecided([block(1, ['a', 'b'], [1, 0])], [command('a', 1)])).toEqual([])
  expect(undecided([block(1, ['a'], [1])], [command('b', 1)])).toEqual([
    'decided, but not written: a seq 1',
    'written, but not decided: b seq 1',
  ])
})
