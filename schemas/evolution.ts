/** Says whether records written with every released schema can be read with today's: BACKWARD_TRANSITIVE, checked without a registry. */
import avsc from 'avsc'

/** A schema as it was released: the file it stands in, and its Avro JSON. */
export interface ReleasedSchema {
  readonly file: string
  readonly json: unknown
}

/** One fault per released schema that today's reader cannot read; empty = compatible. */
export function findBreaks(today: unknown, released: readonly ReleasedSchema[]): readonly string[] {
  const reader = avsc.Type.forSchema(today as avsc.Schema)
  return released.flatMap(({ file, json }) => {
    try {
      reader.createResolver(avsc.Type.forSchema(json as avsc.Schema))
      return []
    } catch (error) {
      return [`${file}: ${error instanceof Error ? error.message : String(error)}`]
    }
  })
}
