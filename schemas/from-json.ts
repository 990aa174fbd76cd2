/** Reads a value of a schema from JSON that a person or a program wrote, naming every fault with its path. */
import type { Field, RecordSchema, Shape } from './avro.ts'

/** A value, or all that is wrong with what was given. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: readonly string[] }

type Report = (path: string, fault: string) => undefined

const isObject = (json: unknown): json is Record<string, unknown> => typeof json === 'object' && json !== null && !Array.isArray(json)

function describe(json: unknown): string {
  if (Array.isArray(json)) return `a list of ${json.length}`
  if (isObject(json)) return `an object with ${Object.keys(json).slice(0, 3).join(', ') || 'nothing in it'}`.slice(0, 80)
  const text = JSON.stringify(json) ?? 'nothing'
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}

function readPrimitive(name: Extract<Shape, { of: 'primitive' }>['name'], json: unknown, path: string, report: Report): unknown {
  switch (name) {
    case 'string':
      return typeof json === 'string' ? json : report(path, `expected text, found ${describe(json)}`)
    case 'boolean':
      return typeof json === 'boolean' ? json : report(path, `expected true or false, found ${describe(json)}`)
    case 'double':
      return typeof json === 'number' ? json : report(path, `expected a number, found ${describe(json)}`)
    case 'bytes':
      return typeof json === 'string' ? Buffer.from(json, 'base64') : report(path, `expected base64 text, found ${describe(json)}`)
    case 'int':
      return Number.isInteger(json) && Math.abs(json as number) < 2 ** 31
        ? json
        : report(path, `expected a whole number, found ${describe(json)}`)
    case 'long':
      return Number.isInteger(json) && Math.abs(json as number) <= 2 ** 52
        ? json
        : report(path, `expected a whole number, found ${describe(json)}`)
  }
}

function readField(field: Field<unknown>, json: unknown, path: string, report: Report): unknown {
  if (json === undefined && field.default !== undefined) return field.default
  if (json === undefined) return report(path, `is missing: ${field.doc}`)
  return readShape(field.shape, json, path, report)
}

function readRecord(shape: Extract<Shape, { of: 'record' }>, json: unknown, path: string, report: Report): unknown {
  if (!isObject(json)) return report(path, `expected an object, found ${describe(json)}`)
  const below = (name: string) => (path === '' ? name : `${path}.${name}`)
  for (const name of Object.keys(json)) if (!Object.hasOwn(shape.fields, name)) report(below(name), 'is not a field here; is it misspelt?')
  return Object.fromEntries(Object.entries(shape.fields).map(([name, field]) => [name, readField(field, json[name], below(name), report)]))
}

function readShape(shape: Shape, json: unknown, path: string, report: Report): unknown {
  switch (shape.of) {
    case 'primitive':
      return readPrimitive(shape.name, json, path, report)
    case 'enum':
      return shape.symbols.includes(json as string)
        ? json
        : report(path, `expected one of ${shape.symbols.join(', ')}; found ${describe(json)}`)
    case 'optional':
      return json === null ? null : readShape(shape.inner, json, path, report)
    case 'array':
      if (!Array.isArray(json)) return report(path, `expected a list, found ${describe(json)}`)
      return json.map((item, index) => readShape(shape.items, item, `${path}[${index}]`, report))
    case 'map':
      if (!isObject(json)) return report(path, `expected an object, found ${describe(json)}`)
      return Object.fromEntries(
        Object.entries(json).map(([name, value]) => [name, readShape(shape.values, value, `${path}.${name}`, report)]),
      )
    case 'record':
      return readRecord(shape, json, path, report)
  }
}

/** Optional fields may be left out; fields that are not in the schema are faults, since they are mostly misspelt. */
export function fromJson<T>(schema: RecordSchema<T>, json: unknown): Parsed<T> {
  const faults: string[] = []
  const value = readShape(schema.shape, json, '', (path, fault) => {
    faults.push(`${path || schema.shape.name}: ${fault}`)
    return undefined
  })
  return faults.length > 0 ? { ok: false, faults } : { ok: true, value: value as T }
}
