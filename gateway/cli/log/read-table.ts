/** Reads a compacted topic as the table that it is: the newest value of each key, without those that were deleted. */
import type { Message } from '../../../processors/runtime/kafka/client.ts'
import type { Topic } from '../../../topics/define.ts'
import type { Schemas } from '../../../topics/registry.ts'
import { decodeMessage } from './placed.ts'
import type { RawLog } from './raw-log.ts'

export interface TableOptions {
  readonly log: RawLog
  readonly schemas: Schemas
  /** null = all partitions. */
  readonly partition: number | null
}

/** By key. Throws when the topic does not exist, or a record cannot be read. */
export async function readTable<T>(topic: Topic<T>, { log, schemas, partition }: TableOptions): Promise<ReadonlyMap<string, T>> {
  const count = (await log.partitions()).get(topic.name)
  if (count === undefined) throw new Error(`${topic.name} does not exist; run \`drover topics apply\``)
  const partitions = partition === null ? Array.from({ length: count }, (_, index) => index) : [partition]
  const stretches = await Promise.all(partitions.map((place) => log.stretch(topic.name, place, 'beginning')))
  const newest = new Map<string, Message>()
  await log.scan(stretches, (message) => {
    const key = String(message.key ?? '')
    if (message.value === null) newest.delete(key)
    else newest.set(key, message)
  })
  const table = new Map<string, T>()
  for (const [key, message] of newest) {
    const record = await decodeMessage(schemas, topic, message)
    if (record) table.set(key, record.value)
  }
  return table
}
