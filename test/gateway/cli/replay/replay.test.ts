/** Tries the pure parts of replaying: names of tasks, newest values, words. */
import { describe, expect, test } from 'vitest'
import { describeReplay, isEqual } from '../../../../gateway/cli/replay/describe.ts'
import { compareNewest, type Newest, noteNewest } from '../../../../gateway/cli/replay/newest.ts'
import type { Replayed } from '../../../../gateway/cli/replay/replay.ts'
import { readTaskName } from '../../../../gateway/cli/replay/task-name.ts'
import { topology } from '../../../../processors/topology.ts'

describe('the name of a task', () => {
  test('names a sub-topology and a partition', () => {
    const { subTopology, partition } = readTaskName('dispatch/5', topology, 6)
    expect([subTopology.name, partition]).toEqual(['dispatch', 5])
  })

  test.each([
    ['dispatch', /not SUB-TOPOLOGY\/PARTITION/],
    ['dispatch/x', /not SUB-TOPOLOGY/],
    ['nope/1', /no sub-topology nope; known: control/],
    ['dispatch/6', /partitions 0 to 5/],
    ['control/1', /partitions 0 to 0/],
  ])('%s is refused', (text, words) => {
    expect(() => readTaskName(text, topology, 6)).toThrow(words)
  })
})

describe('newest values', () => {
  const decode = (value: Buffer): unknown => JSON.parse(String(value))
  const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

  test('the last write counts, and a deleted key is as one that never was', () => {
    const newest: Newest = new Map()
    const output = { topic: 't', partition: 0, timestampMs: 0, causation: '', isHome: true }
    for (const [key, value] of [
      ['a', bytes(1)],
      ['a', bytes(2)],
      ['b', bytes(1)],
      ['b', null],
    ] as const)
      noteNewest(newest, { ...output, key, value })
    const replayed = newest.get('t') ?? new Map()
    expect(compareNewest('t', replayed, new Map([['a', bytes(2)]]), decode)).toBeNull()
    expect(compareNewest('t', replayed, new Map([['a', bytes(1)]]), decode)).toEqual({
      topic: 't',
      key: 'a',
      field: 'value',
      recorded: 1,
      replayed: 2,
    })
    expect(compareNewest('t', replayed, new Map(), decode)).toMatchObject({ key: 'a', field: 'record', recorded: null, replayed: 2 })
    expect(
      compareNewest(
        't',
        replayed,
        new Map([
          ['a', bytes(2)],
          ['c', bytes(3)],
        ]),
        decode,
      ),
    ).toMatchObject({ key: 'c', recorded: 3, replayed: null })
  })

  test('bytes may differ where the values are equal, since a schema may have grown', () => {
    expect(compareNewest('t', new Map([['a', Buffer.from('{"x":1}')]]), new Map([['a', Buffer.from('{ "x": 1 }')]]), decode)).toBeNull()
  })
})

describe('words', () => {
  const equal: Replayed = {
    task: 'acks-1',
    verdict: { equal: true, transactions: 2, outputs: 7 },
    newest: null,
    newestCompared: ['state.x.v1'],
    compactedInputs: ['device.presence.v1'],
  }

  test('equal', () => {
    expect(isEqual(equal)).toBe(true)
    expect(describeReplay(equal)).toBe(
      'acks-1: 2 transactions replayed, 7 outputs compared: equal, and so are the newest values of 1 compacted topic',
    )
  })

  test('the first difference, and what may have caused it', () => {
    const first = { transaction: 2, nowMs: 0, topic: 't', partition: 1, key: 'k', field: 'value.seq', recorded: 1, replayed: undefined }
    const different: Replayed = { ...equal, verdict: { equal: false, transactions: 2, outputs: 3, first } }
    expect(isEqual(different)).toBe(false)
    expect(describeReplay(different)).toMatch(
      /DIFFERENT at transaction 2 of 1970-01-01T00:00:00Z: t, partition 1, key k\n {2}field {5}value\.seq\n {2}recorded {2}1\n {2}replayed {2}nothing\n.*device\.presence\.v1/s,
    )
  })

  test('a difference in the end only', () => {
    const found = { topic: 'state.x.v1', key: 'k', field: 'value', recorded: Buffer.from('a'), replayed: null }
    expect(isEqual({ ...equal, newest: found })).toBe(false)
    expect(describeReplay({ ...equal, newest: found })).toContain('DIFFERENT in the end: state.x.v1, key k')
  })
})
