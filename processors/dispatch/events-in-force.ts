/** Works out once, for all devices, what the known events mean at a time: terms, times, targets, order. */
import type { Allocation, DecisionOutcome } from '../../schemas/dispatch.ts'
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import type { Program, ProgramVersion } from '../../schemas/programs.ts'
import type { OperatorHold, UtilityEvent } from '../../schemas/utility.ts'
import { localDayNumber } from '../calendar/local-day.ts'
import { versionAt } from '../programs/fold.ts'
import { type KnownEvent, pieceEndMs } from './known-events.ts'
import { type Season, seasonOf } from './season.ts'
import { hash32 } from './seed.ts'
import { isDivided } from './share.ts'
import type { Stretch } from './spans.ts'
import { type TargetSet, targetSet } from './targets.ts'
import { gateOf } from './time-gate.ts'

/** A stretch with what is asked in it. */
export interface AskedSpan extends Stretch {
  readonly level: string
  /** Explicit limit, W, of one device or of all together; null = as the level says. */
  readonly valueW: number | null
}

/** What dispatch knows besides devices. */
export interface World {
  readonly known: readonly KnownEvent[]
  readonly programs: ReadonlyMap<string, Program>
  readonly allocations: ReadonlyMap<string, Allocation>
  readonly holds: readonly OperatorHold[]
}

/** An event as every device sees it. */
export interface EventInForce {
  readonly event: UtilityEvent
  readonly terms: ProgramTerms
  readonly termsVersion: number
  /** Refuses every device for this reason; null = refuses nobody. */
  readonly gate: DecisionOutcome | null
  /** What is asked, before any stagger; with the ramp, and cut where a piece or the longest duration ends. */
  readonly spans: readonly AskedSpan[]
  /** Since when it is cancelled, epoch ms UTC; null = in force. */
  readonly cancelledMs: number | null
  readonly targets: TargetSet
  readonly allocation: Allocation | undefined
  readonly holds: readonly OperatorHold[]
  /** Local day of the start in the zone of the program. */
  readonly day: number
  readonly season: Season | null
  readonly seed: number
}

/** Terms at the start of the event; before the first version, that one, which takes no events yet. */
function versionFor(program: Program, event: UtilityEvent): { version: ProgramVersion; gate: DecisionOutcome | null } | undefined {
  const version = versionAt(program, event.startMs)
  if (version) return { version, gate: version.withdrawn ? 'outsideProgramHours' : null }
  const [first] = program.versions
  return first && { version: first, gate: 'notYetEffective' }
}

/**
 * ```
 * intervals       |--- 1 ---|-- 2 --|
 * rampS       |<->|
 * spans       |----- 1 -----|-- 2 --|
 * ```
 */
function spansOf({ startMs, openEnded, intervals }: UtilityEvent, terms: ProgramTerms, nowMs: number): readonly AskedSpan[] {
  const endMs = openEnded ? Math.min(pieceEndMs(startMs, nowMs), startMs + terms.maxDurationS * 1000) : Number.POSITIVE_INFINITY
  return intervals
    .map((interval, index) => ({
      startMs: index === 0 ? interval.startMs - terms.rampS * 1000 : interval.startMs,
      endMs: openEnded && index === intervals.length - 1 ? endMs : Math.min(interval.endMs, endMs),
      level: interval.level,
      valueW: interval.valueW,
    }))
    .filter((span) => span.endMs > span.startMs)
}

function inForce({ event, noticeFromMs }: KnownEvent, world: World, nowMs: number): EventInForce | undefined {
  const program = world.programs.get(event.programId)
  const found = program && versionFor(program, event)
  if (!found) return undefined
  const { terms } = found.version
  const day = localDayNumber(event.startMs, terms.zone)
  return {
    event,
    terms,
    termsVersion: found.version.version,
    gate: found.gate ?? gateOf(event, terms, noticeFromMs),
    spans: spansOf(event, terms, nowMs),
    cancelledMs: event.kind === 'cancelled' ? event.receivedMs : null,
    targets: targetSet(event.targets),
    allocation: event.targetW === null && !isDivided(event, terms) ? undefined : world.allocations.get(event.eventId),
    holds: world.holds,
    day,
    season: seasonOf(day, terms),
    seed: hash32(event.eventId),
  }
}

const isDrill = ({ event }: EventInForce): number => Number(event.test === 'drill')

/**
 * Which of two events takes a device that both want: never a drill from a real event; then program precedence, then rank, then earlier
 * start, then id. A drill keeps the rest time to real events, which do not keep it to a drill; so real ones have to be placed first.
 */
export function comparePrecedence(a: EventInForce, b: EventInForce): number {
  return (
    isDrill(a) - isDrill(b) ||
    a.terms.precedence - b.terms.precedence ||
    a.event.rank - b.event.rank ||
    a.event.startMs - b.event.startMs ||
    (a.event.eventId < b.event.eventId ? -1 : Number(a.event.eventId > b.event.eventId))
  )
}

/** The events of programs that are known, the first to be served first. */
export const eventsInForce = (world: World, nowMs: number): readonly EventInForce[] =>
  world.known.flatMap((known) => inForce(known, world, nowMs) ?? []).sort(comparePrecedence)
