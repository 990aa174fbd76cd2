/** Every topic's schema: each field documented, units named, and readable by what was released before. */
import { describe, expect, test } from 'vitest'
import type { Shape } from '../../schemas/avro.ts'
import { int, long, record, string } from '../../schemas/avro.ts'
import { avroJson } from '../../schemas/avro-json.ts'
import { findBreaks } from '../../schemas/evolution.ts'
import { readReleased } from '../../schemas/release.ts'
import { catalogue } from '../../topics/catalogue.ts'

interface Documented {
  readonly path: string
  readonly doc: string
}

function fieldsOf(shape: Shape, path: string): readonly Documented[] {
  switch (shape.of) {
    case 'record':
      return Object.entries(shape.fields).flatMap(([name, field]) => [
        { path: `${path}.${name}`, doc: field.doc },
        ...fieldsOf(field.shape, `${path}.${name}`),
      ])
    case 'array':
      return fieldsOf(shape.items, path)
    case 'map':
      return fieldsOf(shape.values, path)
    case 'optional':
      return fieldsOf(shape.inner, path)
    default:
      return []
  }
}

const units: readonly (readonly [RegExp, RegExp])[] = [
  [/Ms$/, /\bms\b|epoch ms/i],
  [/[a-z]S$/, /second/i],
  [/Wh$/, /\bWh\b/],
  [/[a-z]W$/, /\bW\b/],
  [/Permille$/, /thousandth|share/i],
  [/Micro/, /millionth/i],
]

describe.each(catalogue.map((topic) => [topic.name, topic] as const))('%s', (_, topic) => {
  const fields = fieldsOf(topic.schema.shape, topic.schema.shape.name)

  test('documents every field', () => {
    expect(fields.filter(({ doc }) => doc.trim().length < 3).map(({ path }) => path)).toEqual([])
  })

  test('names the unit in the doc string of every field whose name carries one', () => {
    const silent = fields.filter(({ path, doc }) => units.some(([name, word]) => name.test(path) && !word.test(doc)))
    expect(silent).toEqual([])
  })

  test('reads what every released version wrote', () => {
    const released = readReleased(topic.name)
    expect(released.length).toBeGreaterThan(0)
    expect(findBreaks(avroJson(topic.schema), released)).toEqual([])
    expect(avroJson(topic.schema), 'run `npx tsx schemas/release.ts` after a change').toEqual(released.at(-1)?.json)
  })
})

describe('the evolution check', () => {
  const before = avroJson(record('R', 'r', { kept: long('x'), gone: string('y') }))

  test('lets a field go and a field with a default come', () => {
    const after = avroJson(record('R', 'r', { kept: long('x'), fresh: { ...int('z'), default: 3 } }))
    expect(findBreaks(after, [{ file: '1', json: before }])).toEqual([])
  })

  test('refuses a new field without a default, and a change of type', () => {
    const after = avroJson(record('R', 'r', { kept: string('x'), fresh: int('z') }))
    expect(findBreaks(after, [{ file: '1', json: before }])).toHaveLength(1)
  })
})
