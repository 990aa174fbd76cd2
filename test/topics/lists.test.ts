/** Lists and maps: the bytes of avsc itself, both ways, its refusals, and none of its trust. */
import avsc from 'avsc'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boundedLists } from '../../topics/lists.ts'

const NAMES = ['measured', 'estimated', 'missing']
/** Names whose codes take one byte and, from the 65th on, two. */
const MANY = Array.from({ length: 80 }, (_, code) => `n${code}`)

const schema: avsc.Schema = {
  type: 'record',
  name: 'Lists',
  fields: [
    { name: 'longs', type: { type: 'array', items: 'long' } },
    { name: 'ints', type: { type: 'array', items: 'int' } },
    { name: 'names', type: { type: 'array', items: { type: 'enum', name: 'Name', symbols: NAMES } } },
    { name: 'again', type: { type: 'array', items: 'Name' } },
    { name: 'many', type: { type: 'array', items: { type: 'enum', name: 'Many', symbols: MANY } } },
    {
      name: 'within',
      type: {
        type: 'array',
        items: { type: 'record', name: 'Inner', fields: [{ name: 'longs', type: { type: 'array', items: 'long' } }] },
      },
    },
    { name: 'texts', type: { type: 'array', items: 'string' } },
    { name: 'counts', type: { type: 'map', values: 'long' } },
  ],
}
const usual = avsc.Type.forSchema(schema)
const quick = avsc.Type.forSchema(schema, { typeHook: boundedLists })

const longs = fc.array(
  fc
    .oneof(fc.integer({ min: -70, max: 70 }), fc.integer({ min: -20_000, max: 20_000 }), fc.integer(), fc.maxSafeInteger())
    .map((n) => Math.max(-(2 ** 52), Math.min(2 ** 52, n))),
)
const values = fc.record({
  longs,
  ints: fc.array(fc.integer()),
  names: fc.array(fc.constantFrom(...NAMES)),
  again: fc.array(fc.constantFrom(...NAMES)),
  many: fc.array(fc.constantFrom(...MANY)),
  within: fc.array(fc.record({ longs })),
  texts: fc.array(fc.string()),
  counts: fc.dictionary(fc.string(), fc.integer(), { noNullPrototype: true }),
})
const none = { longs: [], ints: [], names: [], again: [], many: [], within: [], texts: [], counts: {} }
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

test('the bytes are those of avsc, and read as the same', () => {
  fc.assert(
    fc.property(values, (value) => {
      const bytes = usual.toBuffer(value)
      expect(quick.toBuffer(value)).toEqual(bytes)
      expect(plain(quick.fromBuffer(bytes))).toEqual(plain(value))
    }),
  )
})

test('a buffer that is too small says by how much, as avsc does', () => {
  fc.assert(
    fc.property(values, fc.nat(60), (value, size) => {
      const into = (type: avsc.Type) => type.encode(value, Buffer.alloc(size), 0)
      expect(into(quick)).toBe(into(usual))
    }),
  )
})

const recordOf = (...fields: readonly object[]): avsc.Type =>
  avsc.Type.forSchema({ type: 'record', name: 'One', fields } as avsc.Schema, { typeHook: boundedLists })
/** The type of a record with one field. */
const typeOf = (field: avsc.Schema): avsc.Type => recordOf({ name: 'found', type: field })

test('lists and maps in several runs, as other writers make them, are read', () => {
  // Two items in a run that states its size, one in a run that does not.
  expect(typeOf({ type: 'array', items: 'long' }).fromBuffer(Buffer.from([3, 4, 2, 4, 2, 6, 0])).found).toEqual([1, 2, 3])
  const [a, b] = [Buffer.from('a'), Buffer.from('b')]
  const runs = Buffer.concat([Buffer.from([1, 6, 2]), a, Buffer.from([2, 2, 2]), b, Buffer.from([4, 0])])
  expect(plain(typeOf({ type: 'map', values: 'long' }).fromBuffer(runs).found)).toEqual({ a: 1, b: 2 })
})

test('what another schema wrote is read by its own meaning', () => {
  const names = (...symbols: string[]) => ({ name: 'found', type: { type: 'array', items: { type: 'enum', name: 'Name', symbols } } })
  const writer = recordOf({ name: 'gone', type: { type: 'array', items: 'long' } }, names('b', 'a'))
  const reader = recordOf(names('a', 'b'))
  const bytes = writer.toBuffer({ gone: [1, 2], found: ['b', 'a', 'a'] })
  expect(plain(reader.fromBuffer(bytes, reader.createResolver(writer)))).toEqual({ found: ['b', 'a', 'a'] })
  const [narrow, wide] = [typeOf({ type: 'array', items: 'int' }), typeOf({ type: 'array', items: 'long' })]
  expect(wide.fromBuffer(narrow.toBuffer({ found: [1, 300] }), wide.createResolver(narrow)).found).toEqual([1, 300])
})

describe('what does not fit', () => {
  test.each([
    ['a fraction', { longs: [1, 1.5] }],
    ['more than a safe integer', { longs: [2 ** 60] }],
    ['a text for a number', { ints: ['1'] }],
    ['nothing for a number', { ints: [undefined] }],
    ['an int of more than 32 bits', { ints: [2 ** 40] }],
    ['no list', { longs: { length: 1 } }],
    ['an unknown name', { names: ['measured', 'guessed'] }],
    ['no name', { names: [undefined] }],
  ])('%s is refused', (_, part) => {
    expect(() => quick.toBuffer({ ...none, ...part })).toThrow()
    expect(() => usual.toBuffer({ ...none, ...part })).toThrow()
  })

  test('bytes cut short, or of an unknown name, are refused', () => {
    const bytes = quick.toBuffer({ ...none, longs: [1, 2, 300], names: ['missing'], counts: { a: 1 } })
    for (let size = 0; size < bytes.length; size++) expect(() => quick.fromBuffer(bytes.subarray(0, size))).toThrow()
    const names = typeOf({ type: 'array', items: { type: 'enum', name: 'Name', symbols: ['a'] } })
    expect(() => names.fromBuffer(Buffer.from([2, 2, 0]))).toThrow(/enum index/)
  })
})

/** 2 to the power of 33 items, in a record of eleven bytes: avsc alone would make room for them, and end the process. */
describe('a count beyond the bytes is refused, not believed', () => {
  const HUGE = [0x80, 0x80, 0x80, 0x80, 0x40, 2, 2, 2, 2, 2, 0]
  const list = { type: 'array', items: 'string' } as const
  test.each<[string, avsc.Schema]>([
    ['numbers', { type: 'array', items: 'long' }],
    ['texts', list],
    ['lists', { type: 'array', items: list }],
    ['a map', { type: 'map', values: 'long' }],
  ])('%s', (_, field) => {
    const type = typeOf(field)
    const other = { name: 'other', type: 'long', default: 0 }
    const readers = [type, recordOf({ name: 'found', type: field }, other), recordOf(other)]
    for (const reader of readers)
      expect(() => reader.fromBuffer(Buffer.from(HUGE), reader.createResolver(type))).toThrow(/8589934592 items in/)
  })
})
