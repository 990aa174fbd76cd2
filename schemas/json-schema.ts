/** Turns a record schema into JSON Schema, for documents of interfaces that take or give records as JSON. */
import type { Field, Json, RecordSchema, Shape } from './avro.ts'

/** A JSON Schema; OpenAPI 3.1 and AsyncAPI 3 take it as it is. */
export type JsonSchema = { readonly [name: string]: Json }

const primitives: Readonly<Record<Extract<Shape, { of: 'primitive' }>['name'], JsonSchema>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  double: { type: 'number' },
  bytes: { type: 'string', contentEncoding: 'base64' },
  int: { type: 'integer', minimum: -(2 ** 31) + 1, maximum: 2 ** 31 - 1 },
  long: { type: 'integer', minimum: -(2 ** 52), maximum: 2 ** 52 },
}

/** Takes every named type once, and gives the reference to it. */
export type Define = (name: string, schema: () => JsonSchema) => JsonSchema

export function shapeSchema(shape: Shape, define: Define): JsonSchema {
  switch (shape.of) {
    case 'primitive':
      return primitives[shape.name]
    case 'array':
      return { type: 'array', items: shapeSchema(shape.items, define) }
    case 'map':
      return { type: 'object', additionalProperties: shapeSchema(shape.values, define) }
    case 'optional':
      return { anyOf: [shapeSchema(shape.inner, define), { type: 'null' }] }
    case 'enum':
      return define(shape.name, () => ({ type: 'string', enum: shape.symbols, description: shape.doc }))
    case 'record':
      return define(shape.name, () => recordSchema(shape.fields, shape.doc, define))
  }
}

const fieldSchema = (field: Field<unknown>, define: Define): JsonSchema => ({
  ...shapeSchema(field.shape, define),
  description: field.doc,
  ...(field.default === undefined ? {} : { default: field.default }),
})

type Fields = RecordSchema<unknown>['shape']['fields']

/** `leftOut`: what a sender may leave out, besides fields that have a default. */
export function recordSchema(fields: Fields, doc: string, define: Define, leftOut: Readonly<Record<string, Json>> = {}): JsonSchema {
  const properties = Object.entries(fields).map(([name, field]) => {
    const schema = fieldSchema(field, define)
    return [name, Object.hasOwn(leftOut, name) ? { ...schema, default: leftOut[name] ?? null } : schema] as const
  })
  const required = properties.filter(([, schema]) => !Object.hasOwn(schema, 'default')).map(([name]) => name)
  return { type: 'object', description: doc, properties: Object.fromEntries(properties), required, additionalProperties: false }
}

/** Gathers named types under `place`, for example `#/components/schemas`. */
export function createDefinitions(place: string): { readonly define: Define; readonly all: () => Readonly<Record<string, JsonSchema>> } {
  const known = new Map<string, JsonSchema>()
  return {
    define(name, schema) {
      if (!known.has(name)) {
        known.set(name, {})
        known.set(name, schema())
      }
      return { $ref: `${place}/${name}` }
    },
    all: () => Object.fromEntries([...known].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}
