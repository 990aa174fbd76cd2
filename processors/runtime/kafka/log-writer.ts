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
const PROMPT_LINGER_MS = 1
const PATIENT_LINGER_MS = 25
const QUEUE_FULL_PAUSE_MS = 5
const FLUSH_TIMEOUT_MS = 60_000

/** A record handed to the client, and whoever waits for it. */
interface Pending {
  resolve(appended: Appended): void
  reject(error: Error): void
}

/** One client, with all that is under way in it. */
interface Outlet {
  readonly producer: Producer
  readonly poller: Poller
}

async function openOutlet({ brokers, onError = () => {} }: LogWriterOptions, lingerMs: number): Promise<Outlet> {
  const producer = await openProducer({ brokers, onError, more: { dr_cb: true, 'linger.ms': lingerMs } })
  producer.on('delivery-report', (error: KafkaError | null, report: DeliveryReport) => {
    const pending = report.opaque as Pending
    if (error) pending.reject(new Error(`${report.topic}: the record was not written: ${error.message}`))
    else pending.resolve({ partition: report.partition, offset: report.offset })
  })
  return { producer, poller: createPoller(producer) }
}

async function closeOutlet({ producer, poller }: Outlet): Promise<void> {
  await poller.idle()
  await call<void>((done) => producer.flush(FLUSH_TIMEOUT_MS, done as never))
  await closeClient(producer)
}

/** Connects the writer. Patient records have a client of their own, which connects with the first of them; while it cannot, they go the prompt way. */
export async function createLogWriter(options: LogWriterOptions): Promise<LogWriter> {
  const { schemas, clock, codeVersion } = options
  const prompt = await openOutlet(options, PROMPT_LINGER_MS)
  let patient: Promise<Outlet> | undefined

  function openPatient(): Promise<Outlet> {
    if (patient) return patient
    patient = openOutlet(options, PATIENT_LINGER_MS)
    patient.catch(() => {
      patient = undefined
    })
    return patient
  }

  async function write<T>({ producer }: Outlet, topic: Topic<T>, value: T, given: AppendOptions): Promise<Appended> {
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

  async function appendTo<T>(outlet: Outlet, topic: Topic<T>, value: T, given: AppendOptions): Promise<Appended> {
    outlet.poller.started()
    try {
      return await write(outlet, topic, value, given)
    } finally {
      outlet.poller.settled()
    }
  }

  async function outlets(): Promise<readonly Outlet[]> {
    const opened = await patient?.catch(() => undefined)
    return opened ? [prompt, opened] : [prompt]
  }

  return {
    append: (topic, value, given = {}) =>
      given.isPatient
        ? openPatient().then(
            (outlet) => appendTo(outlet, topic, value, given),
            () => appendTo(prompt, topic, value, given),
          )
        : appendTo(prompt, topic, value, given),
    async flush() {
      for (const { poller } of await outlets()) await poller.idle()
    },
    async close() {
      await Promise.all((await outlets()).map(closeOutlet))
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
