/** Lists the topics that a sub-topology touches, and gets their codecs. */
import type { RecordSchema } from '../../../schemas/avro.ts'
import { rejectedRecords, runtimeJournal } from '../../../topics/catalogue.ts'
import type { Codec } from '../../../topics/codec.ts'
import type { AnyTopic } from '../../../topics/define.ts'
import type { Schemas } from '../../../topics/registry.ts'
import { changelogTopics } from '../changelog.ts'
import type { CodecSource } from '../codec-source.ts'
import type { SubTopology, TableDefinition } from '../define.ts'

const unique = (topics: readonly AnyTopic[]): readonly AnyTopic[] => [...new Map(topics.map((topic) => [topic.name, topic])).values()]

/** Inputs and tables. */
export function consumedTopics({ processors }: SubTopology): readonly AnyTopic[] {
  return unique(
    processors.flatMap((processor) => [
      ...Object.values(processor.inputs as Readonly<Record<string, AnyTopic>>),
      ...Object.values(processor.tables as Readonly<Record<string, TableDefinition<unknown>>>).map(({ topic }) => topic),
    ]),
  )
}

/** Everything that its tasks read or write, changelogs, `rejected` and the journal included. */
export function touchedTopics(subTopology: SubTopology): readonly AnyTopic[] {
  const outputs = subTopology.processors.flatMap((processor) => Object.values(processor.outputs as Readonly<Record<string, AnyTopic>>))
  return unique([...consumedTopics(subTopology), ...outputs, ...changelogTopics(subTopology), rejectedRecords, runtimeJournal])
}

export interface Codecs extends CodecSource {
  /** The codec that tasks use for a topic. Throws for a topic that they do not touch. */
  of(topicName: string): Codec<unknown>
}

/** Codecs of `topics`, fetched beforehand, as tasks cannot wait. Throws UnregisteredSchemaError. */
export async function prepareCodecs(topics: readonly AnyTopic[], schemas: Schemas): Promise<Codecs> {
  const codecs = new Map<string, Codec<unknown>>()
  await Promise.all(topics.map(async (topic) => codecs.set(topic.name, await schemas.codecOf(topic))))
  const of = (topicName: string): Codec<unknown> => {
    const codec = codecs.get(topicName)
    if (!codec) throw new Error(`no codec was prepared for ${topicName}`)
    return codec
  }
  return { of, codecOf: <T>(topicName: string, _schema: RecordSchema<T>) => of(topicName) as Codec<T> }
}
