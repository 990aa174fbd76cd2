/** Gives topics their codecs, by way of a Confluent-compatible schema registry (TopicNameStrategy, BACKWARD_TRANSITIVE). */
import { setTimeout as sleep } from 'node:timers/promises'
import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import { avroJson } from '../schemas/avro-json.ts'
import { type Codec, createCodec } from './codec.ts'
import type { AnyTopic, Topic } from './define.ts'

/** The registry has no schema of this id: whoever wrote the record used another registry. */
export class UnknownSchemaError extends Error {
  readonly schemaId: number
  constructor(schemaId: number) {
    super(`schema id ${schemaId} is not in the registry`)
    this.schemaId = schemaId
  }
}

/** The registry has the schema, but values written with it cannot be read as the topic's type. */
export class SchemaMisfitError extends Error {}

/** The topic's schema, as this code has it, is not registered. */
export class UnregisteredSchemaError extends Error {
  constructor(subject: string) {
    super(`the registry has no such schema under ${subject}; run \`drover topics apply\``)
  }
}

/** Schemas by topic. All methods wait, with growing pauses, while the registry cannot be reached. */
export interface Schemas {
  /** The codec of a topic, the same object at each call. Throws UnregisteredSchemaError. */
  codecOf<T>(topic: Topic<T>): Promise<Codec<T>>
  /** Registers the topic's schema, which is no change if it is there already; throws when it breaks compatibility. Returns its id. */
  register(topic: AnyTopic): Promise<number>
  /** Teaches the codec what schema id stands for. Throws UnknownSchemaError or SchemaMisfitError. */
  learnUnknown(codec: Codec<unknown>, schemaId: number): Promise<void>
}

export interface SchemasOptions {
  /** Base address of the Confluent-compatible API; Apicurio's ends in /apis/ccompat/v7. */
  readonly url: string
  /** Told before each pause. */
  readonly onRetry?: (error: unknown, pauseMs: number) => void
  /** Ends all waiting: what waits then throws what it last met. */
  readonly signal?: AbortSignal
}

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

export const subjectOf = (topic: AnyTopic): string => `${topic.name}-value`

const statusOf = (error: unknown): number | undefined =>
  typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : undefined

/** A refusal will not turn into consent. The client reports refused connections as status 400, so only these are final. */
const isFinal = (error: unknown): boolean => {
  const status = statusOf(error)
  return status === undefined || [401, 403, 404, 409, 422].includes(status)
}

export function createSchemas({ url, onRetry, signal }: SchemasOptions): Schemas {
  const registry = new SchemaRegistry({ host: url.replace(/\/$/, ''), retry: { retries: 0 } })
  const codecs = new Map<string, Promise<Codec<unknown>>>()

  async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return await attempt()
      } catch (error) {
        if (isFinal(error) || signal?.aborted) throw error
        onRetry?.(error, pauseMs)
        await sleep(pauseMs, undefined, signal ? { signal } : {}).catch(() => {})
      }
    }
  }

  const written = (topic: AnyTopic) => ({ type: SchemaType.AVRO, schema: JSON.stringify(avroJson(topic.schema)) }) as const

  async function register(topic: AnyTopic): Promise<number> {
    const options = { subject: subjectOf(topic), compatibility: COMPATIBILITY.BACKWARD_TRANSITIVE }
    return (await patiently(() => registry.register(written(topic), options))).id
  }

  async function lookUp(topic: AnyTopic): Promise<Codec<unknown>> {
    try {
      return createCodec(topic.schema, await patiently(() => registry.getRegistryIdBySchema(subjectOf(topic), written(topic))))
    } catch (error) {
      codecs.delete(topic.name)
      throw statusOf(error) === undefined ? new UnregisteredSchemaError(subjectOf(topic)) : error
    }
  }

  function codecOf<T>(topic: Topic<T>): Promise<Codec<T>> {
    const known = codecs.get(topic.name) ?? lookUp(topic)
    codecs.set(topic.name, known)
    return known as Promise<Codec<T>>
  }

  async function learnUnknown(codec: Codec<unknown>, schemaId: number): Promise<void> {
    const writer = await patiently(() => registry.getSchema(schemaId)).catch((error: unknown) => {
      throw statusOf(error) === 404 ? new UnknownSchemaError(schemaId) : error
    })
    try {
      codec.learn(schemaId, (writer as unknown as { schema(options: object): unknown }).schema({ exportAttrs: true }))
    } catch (error) {
      throw new SchemaMisfitError(`what schema id ${schemaId} describes cannot be read: ${String(error)}`)
    }
  }

  return { codecOf, register, learnUnknown }
}
