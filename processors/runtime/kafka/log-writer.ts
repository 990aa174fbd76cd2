/** Appends to the log durably, in batches, and says where each record stands. */
import type { DeliveryReport } from 'node-rdkafka'
import type { Topic } from '../../../topics/define.ts'
import type { Schemas } from '../../../topics/registry.ts'
import type { Clock } from '../clock.ts'
import type { Appended, AppendOptions, LogWriter } from '../log.ts'
import { call, closeClient, type KafkaError, openProducer, type Producer } from './client.ts'
import { codes, faultOf } from './faults.ts'
import { wireKey } from './wire-key.ts'

export interface LogWriterOptions {
  /** Comma-separated host:port. */
  readonly brokers: string
  readonly schemas: Schemas
  readonly clock: Clock
  /** Version of the code, for the header `producer`. */
  readonly codeVersion: string
  readonly onError?: (error: KafkaError) => void
}

/** Reports are fetched this often while records are under way. */
const POLL_MS = 2
const LINGER_MS = 1
const QUEUE_FULL_PAUSE_MS = 5
const FLUSH_TIMEOUT_MS = 60_000

/** A record handed to the client, and whoever waits for it. */
interface Pending {
  resolve(appended: Appended): void
  reject(error: Error): void
}

/** Connects the writer. */
export async function createLogWriter(options: LogWriterOptions): Promise<LogWriter> {
  const { brokers, schemas, clock, codeVersion, onError = () => {} } = options
  const producer = await openProducer({ brokers, onError, more: { dr_cb: true, 'linger.ms': LINGER_MS } })
  const poller = createPoller(producer)
  producer.on('delivery-report', (error: KafkaError | null, report: DeliveryReport) => {
    const pending = report.opaque as Pending
    if (error) pending.reject(new Error(`${report.topic}: the record was not written: ${error.message}`))
    else pending.resolve({ partition: report.partition, offset: report.offset })
  })

  async function write<T>(topic: Topic<T>, value: T, given: AppendOptions): Promise<Appended> {
    const partition = given.partition ?? (topic.partitioning === 'one' ? 0 : null)
    if (partition === null && topic.placement === 'explicit') throw new Error(`${topic.name}: append needs options.partition`)
    const data = (await schemas.codecOf(topic)).encode(value)
    const key = given.key ?? topic.key(value)
    const timestampMs = given.timestampMs ?? clock.nowMs()
    const headers = [...(given.causation ? [{ causation: given.causation }] : []), { producer: codeVersion }]
    return new Promise<Appended>((resolve, reject) => {
      const pending: Pending = { resolve, reject }
      const enqueue = (): void => {
        try {
          producer.produce(topic.name, partition, data, wireKey(key), timestampMs, pending, headers as never)
        } catch (error) {
          if (faultOf(error).code === codes.queueFull) setTimeout(enqueue, QUEUE_FULL_PAUSE_MS)
          else reject(error as Error)
        }
      }
      enqueue()
    })
  }

  async function append<T>(topic: Topic<T>, value: T, given: AppendOptions = {}): Promise<Appended> {
    poller.started()
    try {
      return await write(topic, value, given)
    } finally {
      poller.settled()
    }
  }

  return {
    append,
    flush: poller.idle,
    async close() {
      await poller.idle()
      await call<void>((done) => producer.flush(FLUSH_TIMEOUT_MS, done as never))
      await closeClient(producer)
    },
  }
}

interface Poller {
  started(): void
  settled(): void
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

/** Fetches reports often while records are under way, and not at all otherwise. */
function createPoller(producer: Producer): Poller {
  let underWay = 0
  let timer: NodeJS.Timeout | null = null
  let waiting: readonly (() => void)[] = []
  return {
    started() {
      underWay++
      timer ??= setInterval(() => void producer.poll(), POLL_MS)
    },
    settled() {
      underWay--
      if (underWay > 0) return
      if (timer) clearInterval(timer)
      timer = null
      for (const resolve of waiting) resolve()
      waiting = []
    },
    idle() {
      if (underWay === 0) return Promise.resolve()
      return new Promise((resolve) => {
        waiting = [...waiting, resolve]
      })
    },
  }
}
