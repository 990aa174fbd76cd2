/** Decides everything: the whole desired timeline of one device, and one outcome for each event that its programs know. */
import type { DecisionOutcome } from '../../schemas/dispatch.ts'
import type { DeviceState } from '../../schemas/enrollment.ts'
import { eventsBefore, isCalled } from './call-order.ts'
import { findEligibility, type LimitedSpan } from './eligibility.ts'
import type { EventInForce } from './events-in-force.ts'
import type { LedgerSegment, LedgerState, TakenEvent } from './ledger.ts'
import { limitReached } from './limits.ts'
import { type Stretch, subtract, unended } from './spans.ts'

export interface PlanInput {
  readonly device: DeviceState
  /** As `eventsInForce` orders them: the first takes what it wants. */
  readonly events: readonly EventInForce[]
  /** What the device was told, and what it took before. */
  readonly ledger: LedgerState
  readonly nowMs: number
  /** Least seconds between a command and its effect, of the device's protocol. */
  readonly reactionTimeS: number
}

export interface Verdict {
  readonly event: EventInForce
  readonly outcome: DecisionOutcome
  /** With outcome outranked: the event that took the device instead; else empty. */
  readonly outrankedBy: string
  /** What limits will count; null = nothing. */
  readonly taken: TakenEvent | null
}

export interface Plan {
  /** Non-overlapping, in order, not ended. */
  readonly segments: readonly LedgerSegment[]
  readonly verdicts: readonly Verdict[]
}

/** An event that has got its time. */
interface Served {
  readonly eventId: string
  readonly spans: readonly LimitedSpan[]
  readonly taken: TakenEvent
}

const isLive = ({ segments }: LedgerState, eventId: string, nowMs: number): boolean =>
  segments.some((segment) => segment.eventId === eventId && segment.endMs > nowMs)

/** What the device took besides this event: what is past or begun, and what this plan has given out so far. */
function takenBesides(eventId: string, input: PlanInput, served: readonly Served[]): readonly TakenEvent[] {
  const past = input.ledger.taken.filter((entry) => {
    if (entry.eventId === eventId || served.some((other) => other.eventId === entry.eventId)) return false
    return entry.startMs <= input.nowMs || !input.events.some(({ event }) => event.eventId === entry.eventId)
  })
  return [...past, ...served.map(({ taken }) => taken)]
}

/** The device can not be at its level in time, and was not told so before. */
function isAtRisk(first: LimitedSpan, eventId: string, { ledger, nowMs, reactionTimeS }: PlanInput): boolean {
  const atMs = Math.max(first.startMs, nowMs)
  if (atMs - nowMs >= reactionTimeS * 1000) return false
  return !ledger.segments.some((known) => known.eventId === eventId && known.startMs <= atMs && known.endMs > atMs)
}

const refuse = (event: EventInForce, outcome: DecisionOutcome, outrankedBy = ''): { verdict: Verdict } => ({
  verdict: { event, outcome, outrankedBy, taken: null },
})

const overlap = (a: Stretch, b: Stretch): boolean => a.startMs < b.endMs && b.startMs < a.endMs

/** `begun`: the event as it was taken, where it has begun for the device and so keeps its start; what is put off before that counts from its new one. */
function takenOf(event: EventInForce, spans: readonly LimitedSpan[], before: number, begun: TakenEvent | undefined): TakenEvent {
  const { eventId, programId, test } = event.event
  const firstMs = spans[0]?.startMs ?? event.event.startMs
  const startMs = Math.min(firstMs, begun?.startMs ?? firstMs)
  return {
    eventId,
    programId,
    startMs,
    endMs: spans.at(-1)?.endMs ?? startMs,
    day: event.day,
    counted: test !== 'drill',
    eventsBefore: before,
    countedFromMs: Math.min(startMs, event.event.startMs, event.spans[0]?.startMs ?? startMs),
  }
}

/** Gives the event what those before it have left of its time, if limits allow. */
function serve(event: EventInForce, input: PlanInput, served: readonly Served[]): { verdict: Verdict; served?: Served } | undefined {
  const { device, ledger, nowMs } = input
  const { eventId } = event.event
  const live = isLive(ledger, eventId, nowMs)
  const eligibility = findEligibility(event, { device, nowMs, live })
  if (!eligibility) return undefined
  if ('refused' in eligibility) return refuse(event, eligibility.refused)
  const begun = ledger.taken.find((entry) => entry.eventId === eventId && entry.startMs <= nowMs)
  const before = eventsBefore(event, ledger.taken)
  if (!isCalled(event.allocation, device.deviceId, before)) return refuse(event, 'capacityNotNeeded')
  const occupied = served.flatMap(({ spans }) => spans)
  const spans = unended(subtract(eligibility.spans, occupied), nowMs)
  const [first] = spans
  if (!first) {
    const winner = served.find((other) => other.spans.some((span) => eligibility.spans.some((wanted) => overlap(span, wanted))))
    return event.cancelledMs === null ? refuse(event, 'outranked', winner?.eventId) : refuse(event, 'released')
  }
  const taken = takenOf(event, spans, before, begun)
  const isUnderWay = live && begun !== undefined
  if (!isUnderWay && limitReached(event, taken, takenBesides(eventId, input, served))) return refuse(event, 'eventLimitReached')
  const sent = isAtRisk(first, eventId, input) ? 'sentAtRisk' : 'sent'
  const outcome = event.cancelledMs === null ? sent : 'released'
  return { verdict: { event, outcome, outrankedBy: '', taken }, served: { eventId, spans, taken } }
}

function toSegments(events: readonly EventInForce[], served: readonly Served[]): readonly LedgerSegment[] {
  const programs = new Map(events.map(({ event }) => [event.eventId, event.programId]))
  const segments = served.flatMap(({ eventId, spans }) =>
    spans.map(({ startMs, endMs, level, limitW, templateHash }) => ({
      startMs,
      endMs,
      level,
      limitW,
      eventId,
      programId: programs.get(eventId) ?? '',
      templateHash,
    })),
  )
  return segments.sort((a, b) => a.startMs - b.startMs)
}

/**
 * The desired timeline of the device from `nowMs` on, whatever it was before; planning again changes nothing.
 * ```
 * program A, precedence 1        |--- A ---|
 * program B, precedence 2   |------- B ----------|
 * timeline                  |-B--|--- A ---|--B--|     B gets the device back
 * ```
 * An event whose program does not know the device has no verdict.
 */
export function plan(input: PlanInput): Plan {
  const served: Served[] = []
  const verdicts: Verdict[] = []
  for (const event of input.events) {
    const decision = serve(event, input, served)
    if (!decision) continue
    verdicts.push(decision.verdict)
    if (decision.served) served.push(decision.served)
  }
  return { segments: toSegments(input.events, served), verdicts }
}
