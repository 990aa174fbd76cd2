/** What is written in RowBinary is what ClickHouse reads, and the other way round. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRowBuffer } from '../../../gateway/analytics/rowbinary.ts'
import { createRowReader } from '../../../gateway/analytics/rowbinary-reader.ts'

test('integers of 64 bits are written as two’s complement, little-endian', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      const buffer = createRowBuffer()
      buffer.int64(value)
      expect(buffer.take().readBigInt64LE()).toBe(BigInt(value))
    }),
  )
})

test('lists of them are as their values one by one', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.maxSafeInteger(), fc.integer()), { maxLength: 200 }), (values) => {
      const [whole, single] = [createRowBuffer(), createRowBuffer()]
      whole.int64s(values)
      single.count(values.length)
      for (const value of values) single.int64(value)
      expect(whole.take()).toEqual(single.take())
    }),
  )
})

test('lists of small numbers are as their values one by one', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 65_535 }), { maxLength: 300 }), (values) => {
      const [whole, single] = [createRowBuffer(), createRowBuffer()]
      whole.uint16s(values)
      whole.codes(values, (value) => value & 127)
      single.count(values.length)
      for (const value of values) single.uint16(value)
      single.count(values.length)
      for (const value of values) single.byte(value & 127)
      expect(whole.take()).toEqual(single.take())
    }),
  )
})

test('texts of any length and letters come back', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 4 }), (texts) => {
      const buffer = createRowBuffer()
      for (const text of texts) buffer.text(text)
      const reader = createRowReader(buffer.take())
      expect(texts.map(() => reader.text())).toEqual(texts.map((text) => Buffer.from(text).toString()))
      expect(reader.isAtEnd()).toBe(true)
    }),
  )
})

test('a buffer grows past its first memory and is empty when taken', () => {
  const buffer = createRowBuffer()
  const text = 'x'.repeat(999)
  for (let index = 0; index < 5_000; index++) buffer.text(text)
  const taken = buffer.take()
  expect(taken.length).toBe(5_000 * 1_001)
  expect(taken.subarray(-3).toString()).toBe('xxx')
  expect(buffer.length).toBe(0)
})

test('lists of numbers come back as typed arrays wherever they start', () => {
  const data = Buffer.concat([
    Buffer.from([1, 120, 2]),
    Buffer.from(new Float64Array([1.5, -2]).buffer),
    Buffer.from([1, 9, 2, 1, 0, 2, 0]),
  ])
  const reader = createRowReader(data)
  expect(reader.text()).toBe('x')
  expect(reader.float64s()).toEqual(new Float64Array([1.5, -2]))
  expect(reader.uint8s()).toEqual(new Uint8Array([9]))
  expect(reader.uint16s()).toEqual(new Uint16Array([1, 2]))
  expect(reader.isAtEnd()).toBe(true)
})

test('data that ends within a row is an error', () => {
  expect(() => createRowReader(Buffer.from([5, 65])).text()).toThrow('RowBinary ends at byte 2, 4 bytes early')
})
