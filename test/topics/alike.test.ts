/** Encoding shared tails once: the bytes are those of the plain encoding, whatever is shared. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytes, list, long, record, string } from '../../schemas/avro.ts'
import { createCodec } from '../../topics/codec.ts'

const fields = { id: string('Id.'), seq: long('Seq.'), atMs: long('Time.'), energies: list(long('Wh.'), 'Wh.'), payload: bytes('Bytes.') }
const plain = createCodec(record('Sample', 'A sample.', fields), 7)

const tail = fc.record({ atMs: fc.nat(), energies: fc.array(fc.nat(), { maxLength: 9 }), payload: fc.uint8Array().map(Buffer.from) })
const head = fc.record({ id: fc.string({ unit: 'grapheme' }), seq: fc.nat() })

test('values that share some, all or none of the tail have the bytes of a plain encoding', () => {
  const values = fc.tuple(fc.array(tail, { minLength: 1, maxLength: 4 }), fc.array(fc.tuple(head, fc.nat(), fc.nat()), { maxLength: 40 }))
  fc.assert(
    fc.property(values, ([tails, picks]) => {
      const alike = createCodec(record('Sample', 'A sample.', fields, 'atMs'), 7)
      for (const [own, one, other] of picks) {
        const { energies } = tails[one % tails.length] as (typeof tails)[number]
        const value = { ...own, ...(tails[other % tails.length] as (typeof tails)[number]), energies }
        expect(alike.encode(value)).toEqual(plain.encode(value))
      }
    }),
  )
})

test('a value larger than the buffer survives, and one that does not fit names the field', () => {
  const alike = createCodec(record('Sample', 'A sample.', fields, 'atMs'), 7)
  const value = { id: 'x'.repeat(3 << 19), seq: 1, atMs: 1, energies: [1], payload: Buffer.alloc(3 << 19) }
  expect(alike.encode(value).equals(plain.encode(value))).toBe(true)
  expect(() => alike.encode({ ...value, id: 'a', energies: [1.5] })).toThrow(/energies\.0/)
})
