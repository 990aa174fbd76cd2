/** Where tasks get codecs from: the host, which knows the schema ids. */
import type { RecordSchema } from '../../schemas/avro.ts'
import type { Codec } from '../../topics/codec.ts'

export interface CodecSource {
  /** The codec of a topic's values; the same object for the same topic name. Changelogs of stores are topics too. */
  codecOf<T>(topicName: string, schema: RecordSchema<T>): Codec<T>
}
