/** Turns a schema into the Avro JSON that registries, Java and the released files hold. */
import type { Json, RecordSchema, Shape } from './avro.ts'

export const namespace = 'drover'

function shapeJson(shape: Shape, seen: Set<string>): Json {
  switch (shape.of) {
    case 'primitive':
      return shape.name
    case 'array':
      return { type: 'array', items: shapeJson(shape.items, seen) }
    case 'map':
      return { type: 'map', values: shapeJson(shape.values, seen) }
    case 'optional':
      return ['null', shapeJson(shape.inner, seen)]
    case 'enum':
      return named(shape.name, seen, () => ({
        type: 'enum',
        name: shape.name,
        namespace,
        doc: shape.doc,
        symbols: shape.symbols,
      }))
    case 'record':
      return named(shape.name, seen, () => ({
        type: 'record',
        name: shape.name,
        namespace,
        doc: shape.doc,
        fields: Object.entries(shape.fields).map(([name, field]) => ({
          name,
          type: shapeJson(field.shape, seen),
          doc: field.doc,
          ...(field.default === undefined ? {} : { default: field.default }),
        })),
      }))
  }
}

/** Avro defines a name at its first use and refers to it afterwards. */
function named(name: string, seen: Set<string>, define: () => Json): Json {
  if (seen.has(name)) return `${namespace}.${name}`
  seen.add(name)
  return define()
}

/** The Avro JSON of a record schema, stable for equal schemas. */
export function avroJson(schema: RecordSchema<unknown>): Json {
  return shapeJson(schema.shape, new Set())
}
