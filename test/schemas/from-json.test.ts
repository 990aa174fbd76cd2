/** Reading values from JSON: every fault is named with its path, all at once. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { enumeration, int, list, of, optional, record, string } from '../../schemas/avro.ts'
import { fromJson } from '../../schemas/from-json.ts'

const colour = enumeration('Colour', ['red', 'blue'], 'A colour.')
const inner = record('Inner', 'Inner.', { size: int('Size.'), colour: of(colour, 'Colour.') })
const outer = record('Outer', 'Outer.', { name: string('Name.'), parts: list(inner, 'Parts.'), note: optional(string('Note.')) })

test('optional fields may be left out', () => {
  expect(fromJson(outer, { name: 'a', parts: [{ size: 1, colour: 'red' }] })).toEqual({
    ok: true,
    value: { name: 'a', parts: [{ size: 1, colour: 'red' }], note: null },
  })
})

test('all faults come at once, each with its path', () => {
  const parsed = fromJson(outer, { nmae: 'a', parts: [{ size: 1.5, colour: 'green' }] })
  expect(parsed.ok ? [] : parsed.faults).toEqual([
    'nmae: is not a field here; is it misspelt?',
    'name: is missing: Name.',
    'parts[0].size: expected a whole number, found 1.5',
    'parts[0].colour: expected one of red, blue; found "green"',
  ])
})

test('any JSON is either read or refused with reasons', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      const parsed = fromJson(outer, json)
      expect(parsed.ok || parsed.faults.length > 0).toBe(true)
    }),
  )
})
