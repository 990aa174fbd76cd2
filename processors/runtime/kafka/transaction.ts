/** Writes one transaction: all outputs and the offsets of every task of this process, or nothing. */
import type { TopicPartitionOffset } from 'node-rdkafka'
import { producerOf } from '../producer.ts'
import type { TaskOutput } from '../task-contract.ts'
import { type Consumer, call, type KafkaError, type Producer } from './client.ts'
import { ClientsLostError, codes, faultOf } from './faults.ts'
import { wireKey } from './wire-key.ts'

export interface TransactionParts {
  readonly producer: Producer
  /** Its place in the group is what fences a process whose partitions moved. */
  readonly consumer: Consumer
  /** Version of the code, for the header `producer`. */
  readonly codeVersion: string
}

/** What one task writes. */
export interface Written {
  readonly taskId: string
  readonly outputs: readonly TaskOutput[]
}

type Headers = readonly Readonly<Record<string, string>>[] | undefined

/** Outcome of a transaction: null = committed; else why it was aborted. */
export type Abort = { readonly reason: string } | null

/** Time limit of one call; the broker aborts a transaction that has been open for 15 s anyway. */
const CALL_TIMEOUT_MS = 10_000
const ATTEMPTS = 6
const QUEUE_FULL_PAUSE_MS = 2

/** Makes the producer ready, ending what a predecessor of the same name left open. */
export const initTransactions = (producer: Producer): Promise<void> =>
  retrying((done) => producer.initTransactions(CALL_TIMEOUT_MS * 2, done))

/** A transaction that takes outputs as they come, so that they are sent while the next task decides. */
export interface OpenTransaction {
  write(written: Written): void
  /** Commits, or aborts and says why; `onProduced` is called when all outputs are with librdkafka. Throws ClientsLostError when neither is certain or the producer is fenced. */
  commit(offsets: readonly TopicPartitionOffset[], onProduced: () => void): Promise<Abort>
}

/** Begins a transaction; that of before must be committed or aborted. Whatever goes wrong shows at `commit`. */
export function openTransaction(parts: TransactionParts): OpenTransaction {
  const { producer, consumer } = parts
  const begun = call<void>((done) => producer.beginTransaction(done as never))
  let produced = begun
  return {
    write(written) {
      produced = produced.then(() => produceAll(parts, written))
      produced.catch(() => {})
    },
    async commit(offsets, onProduced) {
      try {
        await begun
        await both(
          retrying((done) => producer.sendOffsetsToTransaction([...offsets], consumer, CALL_TIMEOUT_MS, done)),
          produced.then(onProduced),
        )
        await retrying((done) => producer.commitTransaction(CALL_TIMEOUT_MS, done))
        return null
      } catch (error) {
        return abort(producer, error)
      }
    },
  }
}

/** Waits for both even if one fails: what is still under way would get in the way of the abort. */
async function both(first: Promise<void>, second: Promise<void>): Promise<void> {
  for (const result of await Promise.allSettled([first, second])) if (result.status === 'rejected') throw result.reason
}

async function abort(producer: Producer, cause: unknown): Promise<Abort> {
  const { isFatal, message } = faultOf(cause)
  if (isFatal) throw new ClientsLostError(message)
  await retrying((done) => producer.abortTransaction(CALL_TIMEOUT_MS, done)).catch((error: unknown) => {
    throw new ClientsLostError(`${message}; and the abort failed: ${faultOf(error).message}`)
  })
  return { reason: message }
}

/** Repeats a transactional call for as long as librdkafka says that this is right. */
async function retrying(run: (done: (error: KafkaError) => void) => void): Promise<void> {
  for (let left = ATTEMPTS; ; left--) {
    try {
      return await call<void>((done) => run(done as (error: KafkaError) => void))
    } catch (error) {
      const { isRetriable, isFatal } = faultOf(error)
      if (!isRetriable || isFatal || left === 0) throw error
    }
  }
}

/** What the headers of an output tell: only what topic and partition do not. */
function headersOf({ causation, isHome }: TaskOutput, writer: string): Headers {
  if (isHome) return causation === '' ? undefined : [{ causation }]
  return causation === '' ? [{ producer: writer }] : [{ causation }, { producer: writer }]
}

/** Headers are costly to hand over: equal ones are made once. */
async function produceAll({ producer, codeVersion }: TransactionParts, { taskId, outputs }: Written): Promise<void> {
  const writer = producerOf(taskId, codeVersion)
  let last: TaskOutput | undefined
  let headers: Headers
  for (const output of outputs) {
    if (!last || output.causation !== last.causation || output.isHome !== last.isHome) headers = headersOf(output, writer)
    last = output
    while (!enqueue(producer, output, headers)) {
      producer.poll()
      await new Promise((resolve) => setTimeout(resolve, QUEUE_FULL_PAUSE_MS))
    }
  }
}

/** False = the queue is full: the event loop has to run before the next attempt. */
function enqueue(producer: Producer, output: TaskOutput, headers: Headers): boolean {
  const { topic, partition, value, key, timestampMs } = output
  try {
    producer.produce(topic, partition, value, wireKey(key), timestampMs, undefined, headers as never)
    return true
  } catch (error) {
    if (faultOf(error).code === codes.queueFull) return false
    throw error
  }
}
