/** The wire codec: round trips, versions, and bytes that are not ours. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { int, list, long, optional, record, string } from '../../schemas/avro.ts'
import { avroJson } from '../../schemas/avro-json.ts'
import { createCodec, NotAvroError, UnlearnedSchemaError } from '../../topics/codec.ts'

const sample = record('Sample', 'A sample.', { id: string('Id.'), energies: list(long('Wh.'), 'Wh.'), note: optional(string('Note.')) })
const codec = createCodec(sample, 300)

test('what is encoded decodes to the same', () => {
  const values = fc.record({
    id: fc.string({ unit: 'grapheme' }),
    energies: fc.array(fc.integer({ min: -(2 ** 52), max: 2 ** 52 })),
    note: fc.option(fc.string()),
  })
  fc.assert(
    fc.property(values, (value) => {
      expect({ ...codec.decode(codec.encode(value)) }).toEqual(value)
    }),
  )
})

test('values larger than the scratch buffer survive', () => {
  const value = { id: 'x'.repeat(3 << 20), energies: [1], note: null }
  expect(codec.decode(codec.encode(value)).id).toHaveLength(3 << 20)
})

test('the header is a zero byte and the schema id', () => {
  const data = codec.encode({ id: 'a', energies: [], note: null })
  expect([data[0], data.readInt32BE(1)]).toEqual([0, 300])
})

describe('bytes that are not ours', () => {
  test('plain text is not Avro', () => {
    expect(() => codec.decode(Buffer.from('{"id":"a"}'))).toThrow(NotAvroError)
  })

  test('a truncated body is not Avro', () => {
    const data = codec.encode({ id: 'a long enough id', energies: [1, 2], note: null })
    expect(() => codec.decode(data.subarray(0, 9))).toThrow(NotAvroError)
  })

  test('another schema id must be learned first', () => {
    const older = record('Sample', 'A sample.', { id: string('Id.'), energies: list(int('Wh.'), 'Wh.') })
    const written = createCodec(older, 7).encode({ id: 'a', energies: [5] })
    expect(() => codec.decode(written)).toThrow(UnlearnedSchemaError)
    codec.learn(7, avroJson(older))
    expect({ ...codec.decode(written) }).toEqual({ id: 'a', energies: [5], note: null })
  })

  test('a value that does not fit names the field', () => {
    expect(() => codec.encode({ id: 'a', energies: [1.5], note: null })).toThrow(/energies\.0/)
  })
})
