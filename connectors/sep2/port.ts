/**
 * Carries commands to clients that poll: a command stands in the tree from `deliver` on, and is settled by what its client says of it.
 *
 *   log     sent ▶              ▶ accepted                ▶ applied
 *   tree      |— DERControl ————————————————————————————————————|
 *   client        GET  Response 1      start: Response 2
 */
import { type Clock, realMsUntil } from '../../processors/runtime/clock.ts'
import type { Command } from '../../schemas/dispatch.ts'
import { isRelease } from '../delivery/device-file.ts'
import type { Delivered, DevicePort } from '../delivery/device-port.ts'
import type { ControlBook } from './controls/book.ts'
import { judgeApply, judgeHold, judgeRelease, type Known, type Verdict } from './controls/judge.ts'
import type { Reply } from './controls/replies.ts'
import type { ShownControl } from './controls/shown.ts'

export interface PollingPortOptions {
  readonly book: ControlBook
  readonly clock: Clock
  readonly epochOf: (deviceId: string) => number | undefined
  readonly pollRateS: (deviceId: string) => number
  /** A command is given up waiting for after this, Drover's ms; by default two poll periods. */
  readonly answerTimeoutMs?: number
  /** A newer command waits so long for the answer to the one before it, Drover's ms; a poll period would be too long. */
  readonly giveWayMs?: number
  /** The lists of a device show something new. */
  readonly onPublished: (deviceId: string) => void
}

/** A client answers within seconds of its poll, or not before the next. */
const GIVE_WAY_MS = 30_000
/** A client that repeats itself says no more by it. */
const MOST_REPLIES = 20

export interface PollingPort extends DevicePort {
  /** A client said something of a control; what that makes of a command, where nobody waits for it. */
  onReply(deviceId: string, control: ShownControl, reply: Reply): LateVerdict | undefined
  /** A client has got a list of controls, to its end or a part of it, as it was when `seq` was the newest. */
  onRead(deviceId: string, read: { readonly mRIDs: readonly string[]; readonly seq: number; readonly whole: boolean }): void
  onCommand(command: Command): void
  /** The client has not been heard of for too long. */
  onGone(deviceId: string): void
}

export interface LateVerdict {
  readonly commandId: string
  readonly delivered: Delivered
}

interface Sent {
  readonly command: Command
  readonly sinceMs: number
}

interface Waiting extends Sent {
  readonly settle: (delivered: Delivered) => void
  readonly timer: NodeJS.Timeout
  giveWay: NodeJS.Timeout | undefined
}

interface State extends PollingPortOptions {
  readonly waiting: Map<string, Waiting>
  /** seq of the newest command that is on the log. */
  readonly newest: Map<string, number>
  /** What this node carried last, whether it was answered or not. */
  readonly last: Map<string, Sent>
  /** What was made of the last command that was judged: said once. */
  readonly told: Map<string, LateVerdict>
  /** By mRID. */
  readonly replies: Map<string, readonly Reply[]>
  readonly seen: Set<string>
  readonly readSeqs: Map<string, number>
}

const none: Delivered = { status: 'timedOut', code: '', detail: '', vendorHandle: '' }

export function createPollingPort(options: PollingPortOptions): PollingPort {
  const state: State = {
    ...options,
    waiting: new Map(),
    newest: new Map(),
    last: new Map(),
    told: new Map(),
    replies: new Map(),
    seen: new Set(),
    readSeqs: new Map(),
  }
  const { epochOf } = options
  return {
    epochOf,
    deliver: (command) => deliver(state, command),
    verify: async ({ deviceId, commandId }) =>
      judgeHold(controlsOf(state, deviceId, commandId), options.pollRateS(deviceId) * 1000, knownOf(state, deviceId)),
    onReply: (deviceId, control, reply) => onReply(state, deviceId, control, reply),
    onRead(deviceId, { mRIDs, seq, whole }) {
      for (const mRID of mRIDs) state.seen.add(mRID)
      if (whole) state.readSeqs.set(deviceId, Math.max(seq, state.readSeqs.get(deviceId) ?? 0))
      check(state, deviceId)
    },
    onCommand({ deviceId, seq }) {
      state.newest.set(deviceId, Math.max(seq, state.newest.get(deviceId) ?? 0))
      giveWay(state, deviceId)
    },
    onGone: (deviceId) => end(state, deviceId, { ...none, status: 'disconnected' }),
  }
}

function deliver(state: State, command: Command): Promise<Delivered> {
  const { clock, waiting, last, told, onPublished, answerTimeoutMs, pollRateS } = state
  const { deviceId } = command
  if (!publish(state, command)) return Promise.resolve({ ...none, status: 'rejected', detail: 'payload: is not one of this connector' })
  const sent = { command, sinceMs: clock.nowMs() }
  last.set(deviceId, sent)
  onPublished(deviceId)
  const verdict = verdictOf(state, sent)
  told.set(deviceId, { commandId: command.commandId, delivered: verdict ?? none })
  if (verdict) return Promise.resolve(verdict)
  return new Promise((settle) => {
    const timeoutMs = answerTimeoutMs ?? 2_000 * pollRateS(deviceId)
    const timer = setTimeout(
      () => end(state, deviceId, verdictOf(state, sent, true) ?? none),
      realMsUntil(clock, sent.sinceMs + timeoutMs),
    ).unref()
    waiting.set(deviceId, { ...sent, settle, timer, giveWay: undefined })
    giveWay(state, deviceId)
  })
}

/** What was known of controls that left the tree with this is forgotten. */
function publish({ book, clock, replies, seen }: State, command: Command): boolean {
  const before = book.of(command.deviceId).controls
  const isPublished = book.publish(command, clock.nowMs())
  const left = new Set(book.of(command.deviceId).controls.map(({ mRID }) => mRID))
  for (const { mRID } of before.filter((control) => !left.has(control.mRID))) {
    replies.delete(mRID)
    seen.delete(mRID)
  }
  return isPublished
}

function verdictOf(state: State, { command, sinceMs }: Sent, isOver = false): Verdict {
  const { deviceId, commandId, seq } = command
  const known = { ...knownOf(state, deviceId), isOver }
  if (!isRelease(command)) return judgeApply(controlsOf(state, deviceId, commandId), known)
  const ended = state.book.of(deviceId).controls.filter((control) => control.ended !== null)
  return judgeRelease(ended, { seq, sinceMs }, known)
}

function knownOf({ replies, seen, readSeqs, clock }: State, deviceId: string): Known {
  return {
    repliesTo: (mRID) => replies.get(mRID) ?? [],
    isSeen: (mRID) => seen.has(mRID) || replies.has(mRID),
    readSeq: readSeqs.get(deviceId) ?? 0,
    isOver: false,
    nowMs: clock.nowMs(),
  }
}

const controlsOf = ({ book }: State, deviceId: string, commandId: string): readonly ShownControl[] =>
  book.of(deviceId).controls.filter((control) => control.commandId === commandId)

function onReply(state: State, deviceId: string, { mRID, commandId, ended }: ShownControl, reply: Reply): LateVerdict | undefined {
  const { replies, waiting, last } = state
  const known = replies.get(mRID) ?? []
  if (!known.some(({ status, atMs }) => status === reply.status && atMs === reply.atMs))
    replies.set(mRID, [...known, reply].slice(-MOST_REPLIES))
  if (waiting.has(deviceId)) {
    check(state, deviceId)
    return undefined
  }
  const sent = last.get(deviceId)
  if (sent && isRelease(sent.command)) return news(state, deviceId, sent.command.commandId, verdictOf(state, sent))
  if (ended) return undefined
  return news(state, deviceId, commandId, judgeApply(controlsOf(state, deviceId, commandId), knownOf(state, deviceId)))
}

/** What was not said before. */
function news({ told }: State, deviceId: string, commandId: string, delivered: Verdict): LateVerdict | undefined {
  const known = told.get(deviceId)
  if (!delivered || (known?.commandId === commandId && known.delivered.status === delivered.status)) return undefined
  const verdict = { commandId, delivered }
  told.set(deviceId, verdict)
  return verdict
}

function check(state: State, deviceId: string): void {
  const waiting = state.waiting.get(deviceId)
  const verdict = waiting && verdictOf(state, waiting)
  if (verdict) end(state, deviceId, verdict)
}

function giveWay(state: State, deviceId: string): void {
  const waiting = state.waiting.get(deviceId)
  if (!waiting || waiting.giveWay || (state.newest.get(deviceId) ?? 0) <= waiting.command.seq) return
  const superseded: Delivered = { ...none, status: 'superseded', detail: 'a newer command came' }
  const delayMs = realMsUntil(state.clock, state.clock.nowMs() + (state.giveWayMs ?? GIVE_WAY_MS))
  waiting.giveWay = setTimeout(() => end(state, deviceId, superseded), delayMs).unref()
}

function end({ waiting, told }: State, deviceId: string, delivered: Delivered): void {
  const ended = waiting.get(deviceId)
  if (!ended) return
  told.set(deviceId, { commandId: ended.command.commandId, delivered })
  waiting.delete(deviceId)
  clearTimeout(ended.timer)
  clearTimeout(ended.giveWay)
  ended.settle(delivered)
}
