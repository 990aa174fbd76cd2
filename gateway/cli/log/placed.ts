/** A decoded record together with where it stands on the log and what caused it. */
import type { Message } from '../../../processors/runtime/kafka/client.ts'
import { learnWriterOf } from '../../../processors/runtime/kafka/learning.ts'
import type { Topic } from '../../../topics/define.ts'
import type { Schemas } from '../../../topics/registry.ts'
import { homeTaskOf } from './home-task.ts'

export interface Placed<T> {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Drover's time of receipt, epoch ms UTC. */
  readonly timestampMs: number
  /** Coordinates of the record that it was derived from; empty = a tick, or an edge. */
  readonly causation: string
  /** Task and code version, or the code version of an edge; the task alone, whose code version is in its journal, where it is at home. */
  readonly producer: string
  readonly value: T
}

/** The text of a header; empty = it has none of that name. */
export function headerOf(message: Message, name: string): string {
  for (const header of message.headers ?? []) if (name in header) return String((header as Record<string, unknown>)[name])
  return ''
}

/** Decodes by the topic's schema, whatever schema it was written with. Throws naming the record when it cannot be read. */
export async function decodeMessage<T>(schemas: Schemas, topic: Topic<T>, message: Message): Promise<Placed<T> | null> {
  const { partition, offset, value } = message
  if (value === null) return null
  const codec = await schemas.codecOf(topic)
  try {
    await learnWriterOf(value, codec, schemas)
    const place = { topic: topic.name, partition, offset, timestampMs: message.timestamp ?? 0 }
    return {
      ...place,
      causation: headerOf(message, 'causation'),
      producer: headerOf(message, 'producer') || homeTaskOf(topic, partition),
      value: codec.decode(value),
    }
  } catch (error) {
    throw new Error(`${topic.name}-${partition}-${offset} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}
