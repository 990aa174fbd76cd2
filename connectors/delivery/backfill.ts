/** Asks devices for values that did not come: follows the gaps on the log, and asks for each until it ends, recovered or lost. */
import { type Clock, timerMsUntil } from '../../processors/runtime/clock.ts'
import type { Followed, LogReader } from '../../processors/runtime/log.ts'
import type { TelemetryGap } from '../../schemas/telemetry.ts'
import { telemetryGaps } from '../../topics/catalogue.ts'
import { spreadOf } from './decide.ts'
import type { Asked, DevicePort, Missing } from './device-port.ts'
import { emptyGapFile, type GapFile, type NextQuestion, nextQuestion, takeAnswer, takeConnection, takeGap } from './gap-file.ts'

export interface BackfillOptions {
  readonly epochOf: DevicePort['epochOf']
  readonly backfill: (missing: Missing) => Promise<Asked>
  readonly reader: LogReader
  readonly clock: Clock
  readonly onError: (deviceId: string, error: unknown) => void
  /** Gaps of these only; default all. */
  readonly partitions?: readonly number[]
}

export interface Backfill {
  /** Call it when a device has become reachable. */
  onReachable(deviceId: string): void
  /** Asks nothing more. */
  stop(): Promise<void>
}

/** A gap that is older is told of again when readings end it. */
const LOOK_BACK_MS = 48 * 3_600_000
/** History is much, and what devices say now goes first. */
const MOST_AT_ONCE = 8

interface State extends BackfillOptions {
  /** Gaps by device, also of devices that are not reachable from here, or not yet. */
  readonly files: Map<string, GapFile>
  /** Devices with a question that is due, the first to be asked first. */
  readonly ready: Set<string>
  readonly busy: Set<string>
  readonly timers: Map<string, NodeJS.Timeout>
  running: boolean
}

/** Resolves once the gaps of the past are known. */
export async function startBackfill(options: BackfillOptions): Promise<Backfill> {
  const { reader, clock, partitions } = options
  const state: State = { ...options, files: new Map(), ready: new Set(), busy: new Set(), timers: new Map(), running: false }
  const sinceMs = clock.nowMs() - LOOK_BACK_MS
  const gaps = await reader.follow([telemetryGaps], { sinceMs }, (records) => onGaps(state, records), partitions)
  await gaps.caughtUp
  state.running = true
  for (const deviceId of state.files.keys()) wake(state, deviceId)
  return {
    onReachable: (deviceId) => {
      change(state, deviceId, takeConnection)
      wake(state, deviceId)
    },
    stop: async () => {
      state.running = false
      for (const timer of state.timers.values()) clearTimeout(timer)
      await gaps.stop()
    },
  }
}

function onGaps(state: State, records: readonly Followed<TelemetryGap>[]): void {
  for (const { value: gap } of records) {
    if (!gap) continue
    if (gap.status === 'requested' && !state.files.has(gap.deviceId)) state.files.set(gap.deviceId, emptyGapFile)
    change(state, gap.deviceId, (file) => takeGap(file, gap))
    wake(state, gap.deviceId)
  }
}

/** A device without gaps has no file. */
function change({ files }: State, deviceId: string, next: (file: GapFile) => GapFile): void {
  const file = files.get(deviceId)
  if (!file) return
  const changed = next(file)
  if (changed.gaps.length === 0) files.delete(deviceId)
  else files.set(deviceId, changed)
}

function wake(state: State, deviceId: string): void {
  const { files, timers, ready, busy, clock, running } = state
  const file = files.get(deviceId)
  clearTimeout(timers.get(deviceId))
  timers.delete(deviceId)
  if (!running || !file || busy.has(deviceId) || state.epochOf(deviceId) === undefined) return
  const next = nextQuestion(file, clock.nowMs())
  if (next.do === 'ask') ready.add(deviceId)
  if (next.do === 'wait') {
    const delayMs = timerMsUntil(clock, next.untilMs)
    timers.set(deviceId, setTimeout(() => wake(state, deviceId), delayMs).unref())
  }
  askReady(state)
}

/** What was due may have changed while it waited for its turn. */
function askReady(state: State): void {
  const { files, ready, busy, clock, running } = state
  for (const deviceId of ready) {
    if (!running || busy.size >= MOST_AT_ONCE) return
    ready.delete(deviceId)
    const file = files.get(deviceId)
    const next = file && state.epochOf(deviceId) !== undefined ? nextQuestion(file, clock.nowMs()) : undefined
    if (next?.do === 'ask') void ask(state, deviceId, next)
  }
}

async function ask(state: State, deviceId: string, question: Extract<NextQuestion, { do: 'ask' }>): Promise<void> {
  const { busy, clock } = state
  busy.add(deviceId)
  const epoch = state.epochOf(deviceId)
  const asked = await state.backfill(question.missing).catch((error: unknown): Asked => {
    state.onError(deviceId, error)
    return 'later'
  })
  busy.delete(deviceId)
  // On a new connection it is asked again at once: what was on the way may have been lost with the one before.
  if (asked === 'impossible' || state.epochOf(deviceId) === epoch)
    change(state, deviceId, (file) => takeAnswer(file, question, asked, { nowMs: clock.nowMs(), spread: spreadOf('backfill', deviceId) }))
  wake(state, deviceId)
  askReady(state)
}
