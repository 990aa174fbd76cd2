/** Writes the AsyncAPI 3 document of the log from the catalogue: for utilities and integrators who speak Kafka. */
import type { Json } from '../schemas/avro.ts'
import { avroJson } from '../schemas/avro-json.ts'
import { catalogue, utilityEvents, utilityRequests } from './catalogue.ts'
import type { AnyTopic, Retention } from './define.ts'

const DAY_MS = 86_400_000

const configuration = (retention: Retention): Json =>
  retention.kind === 'compacted'
    ? { 'cleanup.policy': ['compact'] }
    : { 'cleanup.policy': ['delete'], 'retention.ms': retention.days === null ? -1 : retention.days * DAY_MS }

const headers: Json = {
  type: 'object',
  description: 'Writers outside of Drover may leave them out.',
  properties: {
    causation: {
      type: 'string',
      description:
        'The record that it was derived from, as topic-partition-offset; absent = a tick, an edge, or told by the value or a record beside it.',
    },
    producer: {
      type: 'string',
      description: 'Task and code version that wrote it, or the code version of an edge; absent = the task of that partition.',
    },
  },
}

const keyWords = ({ keyedBy, placement }: AnyTopic): string =>
  placement === 'explicit'
    ? `Made of ${keyedBy}; the writer names the partition.`
    : `${keyedBy}, as text; it finds the partition by murmur2, as Java's default partitioner does.`

const messageOf = (topic: AnyTopic): Json => ({
  name: topic.schema.shape.name,
  title: topic.schema.shape.name,
  summary: topic.schema.shape.doc,
  contentType: 'application/vnd.apache.avro+binary',
  headers,
  payload: { schemaFormat: 'application/vnd.apache.avro+json;version=1.9.0', schema: avroJson(topic.schema) },
  bindings: {
    kafka: {
      key: { type: 'string', description: keyWords(topic) },
      schemaIdLocation: 'payload',
      schemaIdPayloadEncoding: 'confluent',
      schemaLookupStrategy: 'TopicNameStrategy',
      bindingVersion: '0.5.0',
    },
  },
})

const channelOf = (topic: AnyTopic): Json => ({
  address: topic.name,
  description: `${topic.about} Written by ${topic.writers.join(', ')}.`,
  messages: { [topic.schema.shape.name]: { $ref: `#/components/messages/${topic.name}` } },
  bindings: {
    kafka: {
      topic: topic.name,
      // The count of the others is chosen once per cluster.
      ...(topic.partitioning === 'one' ? { partitions: 1 } : {}),
      topicConfiguration: configuration(topic.retention),
      bindingVersion: '0.5.0',
    },
  },
})

const channelRef = (topic: AnyTopic): Json => ({ $ref: `#/channels/${topic.name}` })
const messageRef = (topic: AnyTopic): Json => ({ $ref: `#/channels/${topic.name}/messages/${topic.schema.shape.name}` })

/** What Drover takes from others: every topic that outsiders write. */
const takes = (topic: AnyTopic): Json => ({
  action: 'receive',
  channel: channelRef(topic),
  summary: topic.about,
  messages: [messageRef(topic)],
  ...(topic.name === utilityRequests.name ? { reply: { channel: channelRef(utilityEvents), messages: [messageRef(utilityEvents)] } } : {}),
})

const gives = (topic: AnyTopic): Json => ({
  action: 'send',
  channel: channelRef(topic),
  summary: topic.about,
  messages: [messageRef(topic)],
})

const about = `Times are epoch ms UTC, powers W, energies Wh; + is import. Values are Avro in the Confluent wire format, with the schemas of the
registry (TopicNameStrategy, BACKWARD_TRANSITIVE). Read with isolation.level read_committed.

A utility without OpenADR writes ${utilityRequests.name} and reads ${utilityEvents.name}: every request is answered there by one record, whose
\`signal\` (for approve and decline \`optRequest\`) names the request's topic, partition and offset, as its producer learned them when it was acknowledged. \`kind\` event or cancelled: taken, with \`opt\` as the answer
(null: an operator has still to decide, and another record follows). \`kind\` refused: \`refusal\` begins with the field that is wrong. \`again\`: it was so already.
The same requestId is taken once. What cannot be read at all goes to rejected.v1 with its place.`

/** `version`: of the product. Topics that outsiders write are operations that Drover receives; all others it sends. */
export function asyncApiDocument(version: string, topics: readonly AnyTopic[] = catalogue): Json {
  const by = (make: (topic: AnyTopic) => Json, name: (topic: AnyTopic) => string = (topic) => topic.name): Json =>
    Object.fromEntries(topics.map((topic) => [name(topic), make(topic)]))
  return {
    asyncapi: '3.0.0',
    info: { title: 'Drover', version, description: about },
    defaultContentType: 'application/vnd.apache.avro+binary',
    servers: {
      kafka: {
        host: '{broker}',
        protocol: 'kafka',
        description: 'Any broker of the cluster.',
        variables: { broker: { default: 'localhost:9092', description: 'host:port' } },
        bindings: { kafka: { schemaRegistryVendor: 'confluent', bindingVersion: '0.5.0' } },
      },
    },
    channels: by(channelOf),
    operations: by(
      (topic) => (topic.openToOutsiders ? takes(topic) : gives(topic)),
      (topic) => `${topic.openToOutsiders ? 'receive' : 'send'} ${topic.name}`,
    ),
    components: { messages: by(messageOf) },
  }
}
