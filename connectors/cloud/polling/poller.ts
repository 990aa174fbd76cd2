/** Asks vendors for telemetry with the calls that commands leave, writes down what is new, and how far it came. */

import type { Decoder } from '../../../processors/normalizer/decoded.ts'
import { type Clock, timerMsUntil } from '../../../processors/runtime/clock.ts'
import type { LogWriter } from '../../../processors/runtime/log.ts'
import { telemetryPolls } from '../../../topics/catalogue.ts'
import { spreadOf } from '../../delivery/decide.ts'
import type { Asked, Missing } from '../../delivery/device-port.ts'
import type { Edge } from '../../delivery/edge.ts'
import type { DeviceFiles } from '../../delivery/recorder.ts'
import type { CloudAdapter } from '../adapter.ts'
import { createQueue, type Job, type Queue } from '../control/queue.ts'
import type { CloudDevice } from '../device.ts'
import type { CloudInstruments } from '../instruments.ts'
import type { Line } from '../line/line.ts'
import { askBackfill, type Backfills } from './backfill.ts'
import { nextPoll, type Poll } from './plan.ts'
import { type Position, streamKey } from './position.ts'
import { takeAnswer } from './take-answer.ts'
import type { Stretch } from './telemetry.ts'

export interface PollerOptions {
  readonly devices: ReadonlyMap<string, CloudDevice>
  readonly adapters: ReadonlyMap<string, CloudAdapter>
  readonly lineOf: (device: CloudDevice) => Line | undefined
  readonly files: DeviceFiles
  /** By `streamKey`. */
  readonly positions: Map<string, Position>
  readonly decoder: Decoder
  readonly edge: Pick<Edge, 'telemetry'>
  readonly writer: LogWriter
  readonly clock: Clock
  readonly node: string
  readonly instruments: CloudInstruments
  readonly onError: (deviceId: string, error: unknown) => void
  /** No command waits for the line of a credential. */
  readonly isIdle: (credential: string) => boolean
}

export interface Poller {
  /** A line may have room. */
  pump(credential: string): void
  backfill(missing: Missing): Asked
  start(): void
  /** Settles when what is under way has come back and is on the log. */
  stop(): Promise<void>
}

/** One device's stream of values. */
export interface Stream {
  readonly device: CloudDevice
  readonly adapter: CloudAdapter
  readonly name: string
  readonly key: string
}

export interface PollState extends PollerOptions, Backfills {
  readonly queues: Map<string, Queue>
  /** By credential. */
  readonly pumps: Map<string, NodeJS.Timeout>
  /** Streams that are being asked for. */
  readonly busy: Set<string>
  readonly alone: Set<string>
  /** No poll of a stream before this, epoch ms UTC, and how often it failed in a row. */
  readonly putOff: Map<string, { readonly tries: number; readonly untilMs: number }>
  readonly underWay: Set<Promise<void>>
  sweeper: NodeJS.Timeout | undefined
  isRunning: boolean
}

/** All streams are looked over so often, Drover's ms, and at most so often in real time. */
const SWEEP_MS = 60_000
const SWEEP_REAL_MS = 250
/** A position is written at least this often: after a restart only so much of the log is read. */
const REWRITE_MS = 20 * 3_600_000

export function createPoller(options: PollerOptions): Poller {
  const state: PollState = {
    ...options,
    queues: new Map(),
    pumps: new Map(),
    busy: new Set(),
    alone: new Set(),
    putOff: new Map(),
    asked: new Map(),
    barren: new Map(),
    underWay: new Set(),
    sweeper: undefined,
    isRunning: false,
  }
  return {
    pump: (credential) => pump(state, credential),
    backfill: (missing) => askBackfill(state, missing, (stream) => look(state, stream)),
    start() {
      state.isRunning = true
      sweep(state)
      state.sweeper = setInterval(() => sweep(state), Math.max(SWEEP_REAL_MS, SWEEP_MS / state.clock.rate)).unref()
    },
    async stop() {
      state.isRunning = false
      clearInterval(state.sweeper)
      for (const timer of state.pumps.values()) clearTimeout(timer)
      await Promise.all(state.underWay)
    },
  }
}

export function streamsOf({ adapters }: Pick<PollState, 'adapters'>, device: CloudDevice): readonly Stream[] {
  const adapter = adapters.get(device.vendor)
  const names = adapter?.telemetry.streamsOf(device.attributes) ?? []
  return adapter ? names.map((name) => ({ device, adapter, name, key: streamKey(device.deviceId, name) })) : []
}

function sweep(state: PollState): void {
  for (const device of state.devices.values()) for (const stream of streamsOf(state, device)) look(state, stream)
  for (const credential of state.queues.keys()) pump(state, credential)
}

function dueOf(state: PollState, { device, adapter, key }: Stream): Poll | undefined {
  const nowMs = state.clock.nowMs()
  if ((state.putOff.get(key)?.untilMs ?? 0) > nowMs) return undefined
  return nextPoll({
    position: state.positions.get(key),
    segments: state.files.get(device.deviceId)?.command?.segments ?? [],
    asked: state.asked.get(key),
    timing: adapter.telemetry,
    cadenceS: device.attributes.cadenceS,
    zone: device.zone,
    spread: spreadOf('poll', key),
    nowMs,
  })
}

function look(state: PollState, stream: Stream): void {
  const { device, key } = stream
  if (!state.isRunning || !device.isActive || state.busy.has(key) || !state.lineOf(device)) return
  rewrite(state, stream)
  const queue = state.queues.get(device.credential) ?? createQueue()
  state.queues.set(device.credential, queue)
  const poll = dueOf(state, stream)
  if (poll) queue.put(jobOf(state, stream, poll))
  else queue.remove(key)
}

/** A vendor may be down for longer than the log is read back. */
function rewrite(state: PollState, stream: Stream): void {
  const position = state.positions.get(stream.key)
  const nowMs = state.clock.nowMs()
  if (!position || nowMs - position.writtenMs < REWRITE_MS) return
  state.positions.set(stream.key, { ...position, writtenMs: nowMs })
  writePosition(state, stream, 0).catch((error: unknown) => state.onError(stream.device.deviceId, error))
}

/** Streams with equal keys are asked for in one call. `deviceId` of the job names the stream. */
function jobOf({ alone }: PollState, { device, adapter, name, key }: Stream, { stretch, why, deadlineMs }: Poll): Job {
  const zone = adapter.telemetry.daysOf === 'device' ? device.zone : ''
  const until = why === 'asked' ? stretch.untilMs : ''
  const own = alone.has(key) ? key : ''
  return { deviceId: key, purpose: 'poll', key: [device.vendor, name, zone, stretch.fromMs, until, own].join('|'), deadlineMs }
}

const deviceIdOf = (key: string): string => key.split('\u0000')[0] ?? ''

function streamOf(state: PollState, key: string): Stream | undefined {
  const device = state.devices.get(deviceIdOf(key))
  return device && streamsOf(state, device).find((stream) => stream.key === key)
}

function pump(state: PollState, credential: string): void {
  clearTimeout(state.pumps.get(credential))
  const queue = state.queues.get(credential)
  while (state.isRunning && queue && state.isIdle(credential)) {
    const jobs = queue.first(({ deviceId }) => streamOf(state, deviceId)?.adapter.telemetry.devicesPerCall ?? 1)
    const streams = jobs.map(({ deviceId }) => streamOf(state, deviceId)).filter((stream) => stream !== undefined)
    const line = streams[0] && state.lineOf(streams[0].device)
    if (!line) {
      for (const { deviceId } of jobs) queue.remove(deviceId)
      if (jobs.length === 0) return
      continue
    }
    const room = line.roomAt(
      'poll',
      streams.map(({ device }) => device.vendorId),
    )
    if (room.atMs > state.clock.nowMs()) {
      if (Number.isFinite(room.atMs)) pumpAt(state, credential, room.atMs)
      return
    }
    serve(state, queue, { streams, line })
  }
}

function pumpAt(state: PollState, credential: string, atMs: number): void {
  const delayMs = timerMsUntil(state.clock, atMs)
  state.pumps.set(credential, setTimeout(() => pump(state, credential), delayMs).unref())
}

function serve(state: PollState, queue: Queue, { streams, line }: { streams: readonly Stream[]; line: Line }): void {
  const polls = streams.map((stream) => ({ stream, poll: dueOf(state, stream) })).filter(({ poll }) => poll !== undefined)
  for (const { key } of streams) queue.remove(key)
  const first = polls[0]?.poll
  if (!first) return
  // Devices of one call have one stretch: the longest of theirs.
  const stretch: Stretch = { fromMs: first.stretch.fromMs, untilMs: Math.max(...polls.map(({ poll }) => poll?.stretch.untilMs ?? 0)) }
  const due = polls.map(({ stream, poll }) => ({ stream, why: poll?.why ?? 'rest' }))
  for (const { stream } of due) state.busy.add(stream.key)
  const running = ask(state, due, { stretch, line })
    .catch((error: unknown) => state.onError(due[0]?.stream.device.deviceId ?? '', error))
    .finally(() => {
      state.underWay.delete(running)
      for (const { stream } of due) state.busy.delete(stream.key)
      for (const { stream } of due) look(state, stream)
    })
  state.underWay.add(running)
}

/** A stream in a call, and what for. */
export interface DuePoll {
  readonly stream: Stream
  readonly why: Poll['why']
}

async function ask(state: PollState, due: readonly DuePoll[], { stretch, line }: { stretch: Stretch; line: Line }): Promise<void> {
  const [first] = due
  if (!first) return
  const { adapter, name } = first.stream
  const devices = due.map(({ stream }) => stream.device)
  const sites = devices.map(({ vendorId }) => vendorId)
  const askedMs = state.clock.nowMs()
  const reply = await line.reserve('poll', sites).send(adapter.telemetry.ask(name, devices, stretch))
  await takeAnswer(state, due, { reply, stretch, askedMs })
}

/** `calls`: what it took; the others of the call say 0. */
export async function writePosition(state: PollState, { device, name, key }: Stream, calls: number): Promise<void> {
  const position = state.positions.get(key)
  if (!position) return
  const { untilMs, restatedMs, writtenMs, digests } = position
  const record = {
    ...{ deviceId: device.deviceId, stream: name, credential: device.credential, node: state.node, calls },
    ...{ atMs: writtenMs, untilMs, restatedMs, days: [...digests.keys()], digests: [...digests.values()] },
  }
  await state.writer.append(telemetryPolls, record, { timestampMs: writtenMs })
}
