/** Fetches the schema that a record was written with. */
import { type Codec, UnlearnedSchemaError } from '../../../topics/codec.ts'
import type { Schemas } from '../../../topics/registry.ts'

/** Teaches the codec what `value` was written with. Throws UnknownSchemaError or SchemaMisfitError; waits while the registry is out of reach. */
export async function learnWriterOf(value: Buffer, codec: Codec<unknown>, schemas: Schemas): Promise<void> {
  try {
    codec.decode(value)
  } catch (error) {
    if (error instanceof UnlearnedSchemaError) await schemas.learnUnknown(codec, error.schemaId)
  }
}
