/** Records from the edge that wait to be written: repeated or shuffled where the test asks for it. */
import type { AnyTopic } from '../../topics/define.ts'
import { createRandom, shuffleUnrelated } from './chaos.ts'
import type { NewRecord } from './memory-log.ts'

export interface SendOptions {
  /** Drover's time of receipt, epoch ms UTC; default: now. */
  readonly atMs?: number
  /** Default: the topic's own key of the value. */
  readonly key?: string
  /** Default: by the key; required for topics with explicit placement. */
  readonly partition?: number
}

export interface SendingOptions {
  /** The edge writes every record twice, as after an acknowledgement that it did not see. */
  readonly deliverTwice?: boolean | undefined
  /** Records of different keys that were sent since the last run come in another order. */
  readonly shuffleUnrelatedKeys?: number | undefined
}

export interface Sending {
  add(record: NewRecord): void
  /** Hands over what waits, in the order in which it has to be written. */
  drain(): readonly NewRecord[]
}

const relationOf = (record: NewRecord): string => (record.partition === null ? String(record.key) : `${record.topic} ${record.partition}`)

export function createSending({ deliverTwice, shuffleUnrelatedKeys }: SendingOptions): Sending {
  const random = shuffleUnrelatedKeys === undefined ? null : createRandom(shuffleUnrelatedKeys)
  let waiting: NewRecord[] = []
  return {
    add(record) {
      waiting.push(record)
      if (deliverTwice) waiting.push(record)
    },
    drain() {
      const drained = random ? shuffleUnrelated(waiting, relationOf, random) : waiting
      waiting = []
      return drained
    },
  }
}

/** The record that an edge writes for a value. */
export function edgeRecord(topic: AnyTopic, value: Buffer | null, key: string | null, nowMs: number, options: SendOptions): NewRecord {
  if (topic.placement === 'explicit' && topic.partitioning === 'device' && options.partition === undefined)
    throw new Error(`${topic.name} is placed explicitly: give send a partition`)
  return {
    topic: topic.name,
    partition: options.partition ?? (topic.partitioning === 'one' ? 0 : null),
    key: key === null ? null : Buffer.from(key),
    value,
    timestampMs: options.atMs ?? nowMs,
    causation: '',
    producer: 'edge',
  }
}
