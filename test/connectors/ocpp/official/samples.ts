/** Payloads made from a JSON schema: valid ones, and valid ones spoilt in one place. */
import fc from 'fast-check'
import type { Schema } from './schemas.ts'

export type Value = string | number | boolean | readonly Value[] | { readonly [name: string]: Value }

const DAY_MS = 86_400_000

const instant = fc.integer({ min: 0, max: 30_000 * DAY_MS }).map((ms) => new Date(ms).toISOString())
const dateTime = fc.oneof(
  instant,
  instant.map((text) => `${text.slice(0, 19)}Z`),
  instant.map((text) => `${text.slice(0, 19)}+02:00`),
)

/** Whole numbers from 1: numbers of connectors and levels, durations and ids are all of them sound. */
const whole = ({ minimum = 1, maximum = 1_000 }: Schema) => fc.integer({ min: Math.max(minimum, 1), max: maximum })

/** All of a schema's optional properties come and go; arrays have at least one item. */
export function valid(schema: Schema, root = schema): fc.Arbitrary<Value> {
  if (schema.$ref !== undefined) return valid(definition(schema.$ref, root), root)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  switch (schema.type) {
    case 'object':
      return validObject(schema, root)
    case 'array':
      return fc.array(valid(schema.items ?? {}, root), { minLength: 1, maxLength: Math.min(3, schema.maxItems ?? 3) })
    case 'string':
      return schema.format === 'date-time' ? dateTime : fc.string({ maxLength: Math.min(schema.maxLength ?? 40, 40) })
    case 'integer':
      return whole(schema)
    case 'number':
      return schema.multipleOf === undefined ? fc.integer({ min: 0, max: 50_000 }).map((n) => n / 8) : fc.nat(50_000).map((n) => n / 10)
    case 'boolean':
      return fc.boolean()
    default:
      // Any JSON (DataTransfer of 2.0.1).
      return fc.constantFrom<Value>('text', 7, true, { a: ['b'] })
  }
}

function validObject({ properties = {}, required = [] }: Schema, root: Schema): fc.Arbitrary<Value> {
  const named = Object.entries(properties).map(([name, property]) => [name, propertyOf(name, property, root)] as const)
  return fc.record(Object.fromEntries(named), { requiredKeys: [...required] }) as fc.Arbitrary<Value>
}

/** In 1.6 the value of a sample is a number in a string; phases are as many as there are. */
function propertyOf(name: string, schema: Schema, root: Schema): fc.Arbitrary<Value> {
  if (name === 'numberPhases') return fc.integer({ min: 1, max: 3 })
  return name === 'value' && schema.type === 'string' ? fc.nat().map(String) : valid(schema, root)
}

function definition(ref: string, root: Schema): Schema {
  const found = root.definitions?.[ref.split('/').at(-1) ?? '']
  if (!found) throw new Error(`no definition ${ref}`)
  return found
}

export interface Spoilt {
  /** What was done, for example `missing` or `too long`. */
  readonly how: string
  /** Names of the properties down to the place, without indexes. */
  readonly path: readonly string[]
  readonly payload: Value
}

/** Every way in which the payload can be spoilt in one place, so that it breaks the schema. */
export function spoil(value: Value, schema: Schema, root = schema, path: readonly string[] = []): readonly Spoilt[] {
  if (schema.$ref !== undefined) return spoil(value, definition(schema.$ref, root), root, path)
  const own = [...wrongType(schema), ...wrongValue(value, schema)].map(([how, payload]) => ({ how, path, payload }))
  if (Array.isArray(value)) return [...own, ...spoilItems(value as readonly Value[], schema, root, path)]
  return typeof value === 'object' ? [...own, ...spoilProperties(value as Record<string, Value>, schema, root, path)] : own
}

function wrongType({ type }: Schema): readonly (readonly [string, Value])[] {
  if (type === undefined) return []
  return [['wrong type', type === 'object' || type === 'array' ? 'text' : { an: 'object' }]]
}

function wrongValue(value: Value, { enum: values, maxLength, format, minimum, maximum, multipleOf, type }: Schema) {
  const wrong: (readonly [string, Value])[] = []
  if (values) wrong.push(['not of the list', 'Drover'])
  else if (maxLength !== undefined) wrong.push(['too long', 'x'.repeat(maxLength + 1)])
  if (format === 'date-time') wrong.push(['no time', 'soon'])
  if (minimum !== undefined) wrong.push(['too small', minimum - 1])
  if (maximum !== undefined) wrong.push(['too great', maximum + 1])
  if (multipleOf !== undefined) wrong.push(['too many decimals', Number(value) + 0.05])
  if (type === 'integer') wrong.push(['no whole number', 1.5])
  return wrong
}

function spoilItems(items: readonly Value[], { items: item = {}, minItems = 0, maxItems }: Schema, root: Schema, path: readonly string[]) {
  const spoilt: Spoilt[] = []
  if (minItems > 0) spoilt.push({ how: 'too few', path, payload: [] })
  const [first] = items
  if (first === undefined) return spoilt
  if (maxItems !== undefined) spoilt.push({ how: 'too many', path, payload: Array.from({ length: maxItems + 1 }, () => first) })
  return [...spoilt, ...spoil(first, item, root, path).map((one) => ({ ...one, payload: [one.payload, ...items.slice(1)] }))]
}

function spoilProperties(
  value: Record<string, Value>,
  { properties = {}, required = [], additionalProperties }: Schema,
  root: Schema,
  path: readonly string[],
) {
  const spoilt: Spoilt[] = []
  if (additionalProperties === false) spoilt.push({ how: 'unknown property', path, payload: { ...value, drover: 1 } })
  for (const name of required) {
    const { [name]: _, ...rest } = value
    spoilt.push({ how: 'missing', path: [...path, name], payload: rest })
  }
  for (const [name, property] of Object.entries(properties)) {
    const here = value[name]
    if (here === undefined) continue
    for (const one of spoil(here, property, root, [...path, name])) spoilt.push({ ...one, payload: { ...value, [name]: one.payload } })
  }
  return spoilt
}
