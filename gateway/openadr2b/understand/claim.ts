/** Says what one event of OpenADR 2.0b asks for, in the interpreter's terms. */
import type { EventClaim } from '../../../processors/interpreter/claim.ts'
import type { EventInterval } from '../../../schemas/utility.ts'
import { intervalTimes } from '../interval-times.ts'
import type { EventSignal, OadrEvent } from '../types/event.ts'
import { ruleBroken } from './event-rules.ts'
import { levelOf, reductionOf, signalOf, wattsOf } from './signal-meaning.ts'
import { targetsOf } from './targets.ts'

/** An open-ended event is held to run this long from its start; dispatch renews it in shorter pieces until it is cancelled. */
const OPEN_END_MS = 365 * 86_400_000

type Fault = { readonly fault: string }
const isFault = (part: unknown): part is Fault => typeof part === 'object' && part !== null && 'fault' in part

function intervalsOf(event: OadrEvent, signal: EventSignal): readonly EventInterval[] | Fault {
  const times = intervalTimes(event.activePeriod, signal.intervals)
  if (!times.ok) return { fault: `eiEventSignal ${signal.signalID}: ${times.reason}` }
  return times.intervals.map(({ startMs, endMs, value }) => ({
    startMs,
    endMs: endMs ?? event.activePeriod.startMs + OPEN_END_MS,
    level: levelOf(signal, value),
    valueW: wattsOf(signal, value),
  }))
}

export function claimOf(event: OadrEvent): EventClaim {
  const signal = signalOf(event)
  const broken = ruleBroken(event)
  const intervals = signal ? intervalsOf(event, signal) : { fault: 'eiEventSignals: there is none' }
  const targets = targetsOf(event, signal)
  const targetW = signal ? reductionOf(signal) : null
  const faults = [...(broken === undefined ? [] : [{ fault: broken }]), intervals, targets, targetW].filter(isFault)
  return {
    theirEventId: event.eventID,
    program: { marketContext: event.marketContext },
    modificationNumber: event.modificationNumber,
    cancelled: event.eventStatus === 'cancelled',
    intervals: isFault(intervals) ? [] : intervals,
    openEnded: event.activePeriod.durationS === 0,
    targets: isFault(targets) ? [] : targets,
    test: event.testEvent,
    priority: event.priority,
    randomizeStartS: event.activePeriod.startAfterS ?? 0,
    targetW: isFault(targetW) ? null : targetW,
    fault: faults[0]?.fault ?? null,
  }
}
