/** Holds one event against the conformance rules of OpenADR 2.0b that the schema cannot state. */
import type { EventSignal, OadrEvent } from '../types/event.ts'

/** Rule 2: where intervals are numbered, they are numbered 0, 1, 2 … in their order. */
function numbering({ signalID, intervals }: EventSignal): string | undefined {
  const wrong = intervals.findIndex(({ uid }, index) => uid !== undefined && uid !== String(index))
  return wrong < 0
    ? undefined
    : `eiEventSignal ${signalID}: uid of interval ${wrong} is "${intervals[wrong]?.uid}", not "${wrong}" (rule 2)`
}

/** Rule 8: the durations of all intervals add up to the active period; where it, or an interval, is open-ended there is no sum. */
function length({ signalID, intervals }: EventSignal, { activePeriod }: OadrEvent): string | undefined {
  if (activePeriod.durationS === 0 || intervals.some(({ durationS }) => !durationS)) return undefined
  const sumS = intervals.reduce((sum, { durationS = 0 }) => sum + durationS, 0)
  return sumS === activePeriod.durationS
    ? undefined
    : `eiEventSignal ${signalID}: its intervals last ${sumS} s, the active period ${activePeriod.durationS} s (rule 8)`
}

/** No interval starts outside the active period. */
function placement({ signalID, intervals }: EventSignal, { activePeriod: { startMs, durationS } }: OadrEvent): string | undefined {
  const endMs = durationS === 0 ? Number.POSITIVE_INFINITY : startMs + durationS * 1000
  const outside = intervals.findIndex(
    (interval) => interval.startMs !== undefined && (interval.startMs < startMs || interval.startMs >= endMs),
  )
  return outside < 0 ? undefined : `eiEventSignal ${signalID}: interval ${outside} starts outside the active period`
}

/** The first rule that an event breaks, naming the field; undefined = none. */
export const ruleBroken = (event: OadrEvent): string | undefined =>
  event.signals
    .flatMap((signal) => [numbering(signal), length(signal, event), placement(signal, event)])
    .find((fault) => fault !== undefined)
