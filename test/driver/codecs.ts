/** Codecs with schema ids given out in sequence, as a registry of its own would. */

import type { CodecSource } from '../../processors/runtime/codec-source.ts'
import type { RecordSchema } from '../../schemas/avro.ts'
import { type Codec, createCodec } from '../../topics/codec.ts'

export function createTestCodecs(): CodecSource {
  const codecs = new Map<string, Codec<unknown>>()
  return {
    codecOf<T>(topicName: string, schema: RecordSchema<T>): Codec<T> {
      const known = codecs.get(topicName)
      if (known) return known as Codec<T>
      const codec = createCodec(schema, codecs.size + 1)
      codecs.set(topicName, codec as Codec<unknown>)
      return codec
    },
  }
}
