/** The stage of a contract test: a log in memory, a clock that runs fast, a connector node that can crash, and devices on real sockets. */
import type { Connector } from '../../connectors/registry.ts'
import type { Clock } from '../../processors/runtime/clock.ts'
import type { LogReader, LogWriter } from '../../processors/runtime/log.ts'
import type { Command, DeviceAck, Segment } from '../../schemas/dispatch.ts'
import type { DeviceAttributes } from '../../schemas/enrollment.ts'
import { deviceAcks } from '../../topics/catalogue.ts'
import type { AnyTopic } from '../../topics/define.ts'
import { hashId, sha256Hex } from '../../topics/ids.ts'
import { createMemoryLog, type MemoryLog } from '../support/memory-log.ts'
import type { ProtocolUnderTest, RunningConnector, ScriptedDevice } from './protocol.ts'

export const HOUR_MS = 3_600_000

/** Drover's clock of a test: a hundred times as fast, and it can be moved. */
export interface TestClock extends Clock {
  advance(ms: number): void
}

export interface Sent {
  readonly seq: number
  /** Half the rating from now for an hour, unless said otherwise; empty = a release. */
  readonly segments?: readonly Pick<Segment, 'startMs' | 'endMs' | 'limitW'>[]
  readonly expiresMs?: number | null
}

export interface Stage {
  readonly log: MemoryLog
  readonly clock: TestClock
  readonly protocol: ProtocolUnderTest
  /** Starts a node on the log as it is. */
  start(): Promise<void>
  /** The node is gone at once: nothing that was not on the log will ever be. */
  crash(): Promise<void>
  stop(): Promise<void>
  device(id: string): ScriptedDevice
  /** A device that is connected. */
  connected(id: string): Promise<ScriptedDevice>
  command(deviceId: string, sent: Sent): Promise<Command>
  /** Acks of a device as `status seq`, in the order written. */
  acks(deviceId: string): readonly string[]
  /** Appends to a topic wait, until the function that is returned is called. */
  hold(topic: AnyTopic): () => void
  /** Lets nobody in whose id it does not begin with. */
  readonly strangers: Set<string>
}

/** Long where every call is answered: on a busy machine that takes its time. */
const CALL_TIMEOUT_MS = 2_000
/** Where calls stay unanswered. */
export const SHORT_CALL_TIMEOUT_MS = 250
const RATE = 100

/** From noon of a summer day, unless said otherwise. */
export function createTestClock({ rate = RATE, startMs = Date.UTC(2026, 6, 1, 12) } = {}): TestClock {
  const realMs = Date.now()
  let movedMs = 0
  return {
    rate,
    nowMs: () => startMs + movedMs + (Date.now() - realMs) * rate,
    advance(ms) {
      movedMs += ms
    },
  }
}

interface Lifeline {
  readonly writer: LogWriter
  readonly reader: LogReader
  cut(): void
}

/** A node's way to the log, which ends with it: what it appends later is lost, and what it would read does not come. */
export function lifelineTo({ writer, reader }: MemoryLog, gates: ReadonlyMap<string, Promise<void>> = new Map()): Lifeline {
  let isCut = false
  const never = new Promise<never>(() => undefined)
  return {
    writer: {
      ...writer,
      async append(topic, value, options) {
        await gates.get(topic.name)
        return isCut ? never : writer.append(topic, value, options)
      },
    },
    reader: {
      follow: (topics, from, onBatch, partitions) =>
        reader.follow(topics, from, (records) => (isCut ? undefined : onBatch(records)), partitions),
    },
    cut() {
      isCut = true
    },
  }
}

export function createStage(protocol: ProtocolUnderTest, callTimeoutMs = CALL_TIMEOUT_MS): Stage {
  const clock = createTestClock()
  const log = createMemoryLog({ nowMs: clock.nowMs })
  const strangers = new Set<string>()
  const gates = new Map<string, Promise<void>>()
  let running: { connector: RunningConnector; lifeline: Lifeline } | undefined

  async function start(): Promise<void> {
    const lifeline = lifelineTo(log, gates)
    const connector = await protocol.start({
      writer: lifeline.writer,
      reader: lifeline.reader,
      clock,
      node: 'test',
      log: () => undefined,
      callTimeoutMs,
      isKnown: (deviceId) => !strangers.has(deviceId),
    })
    running = { connector, lifeline }
  }

  async function stop(): Promise<void> {
    const stopping = running
    running = undefined
    await stopping?.connector.stop()
  }

  async function crash(): Promise<void> {
    const crashing = running
    running = undefined
    crashing?.lifeline.cut()
    // Its sockets close with it; whatever it still does about that never reaches the log, so nobody waits for it.
    void crashing?.connector.stop()
  }

  function device(id: string): ScriptedDevice {
    if (!running) throw new Error('start the node first')
    return running.connector.createDevice(id, clock.nowMs)
  }

  /** What a cloud is attempting is on its way, as what is sent to a device. */
  const wordOf = ({ status }: DeviceAck): string => (protocol.isCloud && status === 'attempting' ? 'sent' : status)

  return {
    log,
    clock,
    protocol,
    strangers,
    start,
    stop,
    crash,
    device,
    async connected(id) {
      const fresh = device(id)
      await fresh.connect()
      return fresh
    },
    async command(deviceId, sent) {
      const command = commandOf(protocol, deviceId, sent, clock.nowMs())
      await log.writer.append(protocol.connector.commands, command)
      return command
    },
    acks: (deviceId) =>
      log.read(deviceAcks).flatMap(({ value }) => (value?.deviceId === deviceId ? [`${wordOf(value)} ${value.seq}`] : [])),
    hold(topic) {
      let open = (): void => undefined
      gates.set(topic.name, new Promise((resolve) => (open = resolve)))
      return () => {
        gates.delete(topic.name)
        open()
      }
    },
  }
}

type CommandedAs = { readonly connector: Pick<Connector, 'renderer'>; readonly attributes: DeviceAttributes }

/** As the dispatcher writes it, by the protocol's own renderer. */
export function commandOf({ connector, attributes }: CommandedAs, deviceId: string, sent: Sent, nowMs: number): Command {
  const rendered = connector.renderer.render(attributes, [{ level: '1', limitW: Math.floor(attributes.ratedW / 2) }])
  if ('fault' in rendered) throw new Error(rendered.fault)
  const templates = new Map(rendered.map(({ level, mode, payload }) => [mode === '' ? level : `${level}/${mode}`, payload]))
  const limitW = templates.size > 0 ? (rendered[0]?.limitW ?? 0) : 0
  const asked = sent.segments ?? [{ startMs: nowMs, endMs: nowMs + HOUR_MS, limitW }]
  const segments = asked.map((segment, index) => ({ ...segment, level: '1', eventId: `event-${index + 1}`, programId: 'program' }))
  const payload = connector.renderer.fill(segments, templates)
  const endMs = segments.at(-1)?.endMs
  return {
    commandId: hashId(deviceId, sent.seq),
    deviceId,
    seq: sent.seq,
    issuedMs: nowMs,
    expiresMs: sent.expiresMs === undefined ? (endMs ?? null) : sent.expiresMs,
    segments,
    test: 'none',
    payload,
    payloadHash: sha256Hex(payload).slice(0, 32),
    calledW: 0,
  }
}
