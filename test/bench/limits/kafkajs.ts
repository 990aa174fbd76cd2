/** What a team would write otherwise: one message per device with kafkajs, each awaited before the next, or a thousand at a time. */
import { Kafka, logLevel } from 'kafkajs'
import { bareCommands } from './topics.ts'

export interface Otherwise {
  /** Real ms for all devices; where fewer were told, multiplied. */
  readonly ms: number
  /** Devices that were told in fact. */
  readonly told: number
  readonly extrapolated: boolean
}

const ALL_REPLICAS = -1

/** Tells at most `most` of the devices, `atOnce` in each call, and waits for each call's acknowledgement. */
async function tell(brokers: string, deviceIds: readonly string[], value: Buffer, most: number, atOnce: number): Promise<Otherwise> {
  const told = deviceIds.slice(0, most)
  const kafka = new Kafka({ clientId: 'drover-bench', brokers: brokers.split(','), logLevel: logLevel.NOTHING })
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  try {
    await producer.send({ topic: bareCommands.name, acks: ALL_REPLICAS, messages: [{ key: 'first', value }] })
    const startMs = performance.now()
    for (let from = 0; from < told.length; from += atOnce) {
      const messages = told.slice(from, from + atOnce).map((key) => ({ key, value }))
      await producer.send({ topic: bareCommands.name, acks: ALL_REPLICAS, messages })
    }
    const ms = ((performance.now() - startMs) / told.length) * deviceIds.length
    return { ms, told: told.length, extrapolated: told.length < deviceIds.length }
  } finally {
    await producer.disconnect()
  }
}

/** A loop over the fleet: send to one device, await the acknowledgement, send to the next. */
export const sequentialLoop = (brokers: string, deviceIds: readonly string[], value: Buffer): Promise<Otherwise> =>
  tell(brokers, deviceIds, value, 2_000, 1)

/** A plain producer: one message per device, a thousand per call. */
export const plainProducer = (brokers: string, deviceIds: readonly string[], value: Buffer): Promise<Otherwise> =>
  tell(brokers, deviceIds, value, 100_000, 1_000)
