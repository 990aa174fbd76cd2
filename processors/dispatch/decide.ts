/** Decides about one device: what is said of each event, which command it gets, and what the ledger keeps. */
import type { Command } from '../../schemas/dispatch.ts'
import type { DeviceState } from '../../schemas/enrollment.ts'
import { differenceOf } from './effect.ts'
import type { EventInForce } from './events-in-force.ts'
import { fillTimeline } from './fill.ts'
import type { LedgerSegment, LedgerState, TakenEvent } from './ledger.ts'
import { type Plan, type PlanInput, plan, type Verdict } from './plan.ts'
import type { ProtocolRenderer } from './renderer.ts'

/** A command without what differs from device to device. */
export type CommandBody = Pick<Command, 'issuedMs' | 'expiresMs' | 'segments' | 'test' | 'payload' | 'payloadHash' | 'calledW'>

export interface Decision {
  readonly verdicts: readonly Verdict[]
  /** null = the device has what it should have. */
  readonly command: CommandBody | null
  /** null = as before. */
  readonly ledger: LedgerState | null
}

/** Taken events are counted by season, so that no limit looks back further. */
const REMEMBERED_MS = 400 * 86_400_000

/** An event that the device left after it began counts for as long as it was served. */
function leave(entry: TakenEvent, nowMs: number): readonly TakenEvent[] {
  if (entry.startMs > nowMs) return []
  return entry.endMs <= nowMs ? [entry] : [{ ...entry, endMs: nowMs }]
}

function takenAfter(
  before: readonly TakenEvent[],
  verdicts: readonly Verdict[],
  events: readonly EventInForce[],
  nowMs: number,
): readonly TakenEvent[] {
  const present = new Set(events.map(({ event }) => event.eventId))
  const taken = verdicts.flatMap((verdict) => verdict.taken ?? [])
  const now = new Set(taken.map(({ eventId }) => eventId))
  const kept = before
    .filter(({ eventId, endMs }) => !now.has(eventId) && endMs > nowMs - REMEMBERED_MS)
    .flatMap((entry) => (present.has(entry.eventId) ? leave(entry, nowMs) : [entry]))
  return [...kept, ...taken].sort((a, b) => a.startMs - b.startMs || (a.eventId < b.eventId ? -1 : 1))
}

const isSameEntry = (a: TakenEvent, b: TakenEvent | undefined): boolean =>
  a.eventId === b?.eventId && a.startMs === b.startMs && a.endMs === b.endMs && a.countedFromMs === b.countedFromMs

const sameTaken = (a: readonly TakenEvent[], b: readonly TakenEvent[]): boolean =>
  a.length === b.length && a.every((entry, index) => isSameEntry(entry, b[index]))

interface Planned extends Plan {
  readonly taken: readonly TakenEvent[]
}

/** Changes of events under way come to rest sooner. */
const MOST_ROUNDS = 4

/** Whether each event that had begun counts as it did; both lists are by start, then id. */
function isSettled(before: readonly TakenEvent[], after: readonly TakenEvent[], nowMs: number): boolean {
  let at = 0
  for (const entry of before) {
    if (entry.startMs > nowMs) return true
    while (at < after.length && after[at]?.eventId !== entry.eventId) at += 1
    if (!isSameEntry(entry, after[at])) return false
  }
  return true
}

/** Plans with limits that count what has begun as it stands after the plan: an event under way may have become longer, or been left. */
function planSettled(input: PlanInput): Planned {
  const { ledger, events, nowMs } = input
  let { taken } = ledger
  for (let round = 1; ; round++) {
    const planned = plan({ ...input, ledger: { ...ledger, taken } })
    const after = takenAfter(taken, planned.verdicts, events, nowMs)
    if (round === MOST_ROUNDS || isSettled(taken, after, nowMs)) return { ...planned, taken: after }
    taken = after
  }
}

function testOf(segments: readonly LedgerSegment[], events: readonly EventInForce[]): Command['test'] {
  const tests = segments.map(({ eventId }) => events.find(({ event }) => event.eventId === eventId)?.event.test ?? 'none')
  if (tests.length === 0 || tests.includes('none')) return 'none'
  return tests.includes('performanceTest') ? 'performanceTest' : 'drill'
}

/** Power that the deepest segment calls on, W: what a shed takes from the most that the device may draw, and what a take lets it draw. */
function calledW({ attributes }: DeviceState, segments: readonly LedgerSegment[], events: readonly EventInForce[]): number {
  const mostW = Math.min(attributes.ratedW, attributes.standingLimitW ?? attributes.ratedW)
  const called = segments.map(({ eventId, limitW }) => {
    const direction = events.find(({ event }) => event.eventId === eventId)?.terms.direction
    return direction === 'take' ? Math.min(mostW, limitW) : Math.max(0, mostW - limitW)
  })
  return Math.max(0, ...called)
}

/** Throws when a payload can not be filled; the caller makes that `internalFault`. `renderer` undefined: no connector speaks its protocol. */
export function decide(
  device: DeviceState,
  ledger: LedgerState,
  events: readonly EventInForce[],
  renderer: ProtocolRenderer | undefined,
  nowMs: number,
): Decision {
  const served = renderer ? device : { ...device, templates: [] }
  const reactionTimeS = renderer?.declare(device.attributes).reactionTimeS ?? 0
  const { segments, verdicts, taken } = planSettled({ device: served, events, ledger, nowMs, reactionTimeS })
  const difference = differenceOf(segments, ledger, nowMs)
  if (!difference || !renderer) return { verdicts, command: null, ledger: sameTaken(taken, ledger.taken) ? null : { ...ledger, taken } }
  const command: CommandBody = {
    issuedMs: nowMs,
    expiresMs: difference.expiresMs,
    segments: difference.segments,
    test: testOf(segments, events),
    calledW: calledW(device, segments, events),
    ...fillTimeline(device, segments, renderer),
  }
  return { verdicts, command, ledger: { segments, taken, issuedMs: nowMs, heldUntilMs: difference.heldUntilMs } }
}
