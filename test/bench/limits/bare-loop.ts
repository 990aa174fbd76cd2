/**
 * The least that a Node process can do to tell a fleet: splice a payload, Avro-encode a command for each device and a decision block for
 * each 500, 20,000 devices a transaction. It knows no state, decides nothing, and remembers nothing.
 */
import { call, closeClient, openProducer, type Producer } from '../../../processors/runtime/kafka/client.ts'
import { initTransactions } from '../../../processors/runtime/kafka/transaction.ts'
import type { Command, DecisionBlock } from '../../../schemas/dispatch.ts'
import { dispatchCommands } from '../../../topics/catalogue.ts'
import type { Codec } from '../../../topics/codec.ts'
import type { Stage } from '../support/stage.ts'
import { watchTopic } from '../support/visibility.ts'
import { bareCommands, bareDecisions } from './topics.ts'

export interface BareLoop {
  /** Real ms from the first record on until the last command is visible to a read_committed reader. */
  tell(deviceIds: readonly string[]): Promise<number>
  close(): Promise<void>
}

const DEVICES_PER_TRANSACTION = 20_000
const DEVICES_PER_BLOCK = 500
const COMMIT_LIMIT_MS = 60_000
const SLOT = '"startSchedule":"'
const TIME_CHARS = 19

/** `sample`: a command as dispatch wrote it, encoded: the loop writes the same for every device. */
export async function openBareLoop(stage: Stage, sample: Buffer, everyMs: number): Promise<BareLoop> {
  await stage.addTopics([bareCommands, bareDecisions])
  const command = (await stage.schemas.codecOf(dispatchCommands.ocpp)).decode(sample)
  const codecs = { command: await stage.schemas.codecOf(bareCommands), block: await stage.schemas.codecOf(bareDecisions) }
  const more = { 'transactional.id': 'drover.bench.bare', 'linger.ms': 5, 'delivery.report.only.error': true, 'retry.backoff.ms': 10 }
  const producer = await openProducer({ brokers: stage.brokers, onError: (error) => stage.log(`bare loop: ${error.message}`), more })
  await initTransactions(producer)
  const loop = createLoop(producer, codecs, command, stage.devicePartitions)
  return {
    async tell(deviceIds) {
      const watch = await watchTopic(stage.brokers, bareCommands.name, everyMs)
      const startMs = performance.now()
      await loop(deviceIds)
      const { atMs } = await watch.until(deviceIds.length)
      await watch.stop()
      return atMs - startMs
    },
    close: () => closeClient(producer),
  }
}

interface Codecs {
  readonly command: Codec<Command>
  readonly block: Codec<DecisionBlock>
}

function createLoop(producer: Producer, codecs: Codecs, sample: Command, partitions: number) {
  const slot = sample.payload.indexOf(SLOT) + SLOT.length
  const time = Buffer.from('2026-07-15T21:00:00Z'.slice(0, TIME_CHARS))
  const nowMs = Date.now()

  const encodeCommand = (deviceId: string): Buffer => {
    const payload = Buffer.from(sample.payload)
    time.copy(payload, slot)
    return codecs.command.encode({ ...sample, deviceId, payload })
  }

  return async (deviceIds: readonly string[]): Promise<void> => {
    for (let from = 0; from < deviceIds.length; from += DEVICES_PER_TRANSACTION) {
      await call<void>((done) => producer.beginTransaction(done as never))
      const end = Math.min(deviceIds.length, from + DEVICES_PER_TRANSACTION)
      for (let at = from; at < end; at += DEVICES_PER_BLOCK) {
        const block = deviceIds.slice(at, Math.min(end, at + DEVICES_PER_BLOCK))
        for (const deviceId of block) producer.produce(bareCommands.name, null, encodeCommand(deviceId), deviceId, nowMs)
        const partition = (at / DEVICES_PER_BLOCK) % partitions
        producer.produce(bareDecisions.name, partition, codecs.block.encode(blockOf(block, sample)), 'event', nowMs)
      }
      await call<void>((done) => producer.commitTransaction(COMMIT_LIMIT_MS, done as never))
    }
  }
}

function blockOf(deviceIds: readonly string[], { segments, payloadHash, issuedMs }: Command): DecisionBlock {
  const each = <T>(value: T): readonly T[] => deviceIds.map(() => value)
  return {
    eventId: segments[0]?.eventId ?? '',
    eventRevision: 1,
    programId: segments[0]?.programId ?? '',
    termsVersion: 1,
    trigger: 'order',
    orderSeq: 1,
    decidedMs: issuedMs,
    deviceIds,
    outcomes: each('sent'),
    commandSeqs: each(1),
    stateOffsets: each(1),
    epochs: each(-1),
    payloadHashes: each(payloadHash),
    outrankedBy: each(''),
    faults: [],
  }
}
