/** Prints the log as JSON lines, for golden files and for the eye. */

import type { CodecSource } from '../../processors/runtime/codec-source.ts'
import type { AnyTopic } from '../../topics/define.ts'
import type { LoggedRecord } from './memory-log.ts'

/** Bytes as base64, everything else as it is. */
function printable(value: unknown): unknown {
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') }
  if (Array.isArray(value)) return value.map(printable)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, printable(field)]))
}

function readable(topic: AnyTopic, data: Buffer | null, codecs: CodecSource): unknown {
  if (data === null) return null
  try {
    return printable(codecs.codecOf(topic.name, topic.schema).decode(data))
  } catch {
    return { unreadable: data.toString('base64') }
  }
}

/** One line per record, in the order written. */
export function printHistory(records: readonly LoggedRecord[], topics: ReadonlyMap<string, AnyTopic>, codecs: CodecSource): string {
  const lines = records.map((record) => {
    const { topic, partition, offset, timestampMs, causation } = record
    const value = readable(topics.get(topic) as AnyTopic, record.value, codecs)
    return JSON.stringify({ topic, partition, offset, timestampMs, key: record.key?.toString() ?? null, causation, value })
  })
  return lines.map((line) => `${line}\n`).join('')
}
