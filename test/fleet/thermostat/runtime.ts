/** How long a simulated air conditioner runs: by the heat of the day and its own size, less while it follows an event, and more just after. */
import type { EcobeeEvent } from '../../vendors/ecobee.ts'
import type { Follows } from '../cloud-events.ts'
import { chance } from '../hash.ts'
import { HOUR_MS } from '../load-model.ts'

export interface Cooling {
  readonly seed: number
  readonly id: string
  /** Offset at which it does not run at all, tenths of a degree Fahrenheit. */
  readonly mostTenthsF: number
  readonly follows: () => readonly Follows<EcobeeEvent>[]
}

export const STEP_MS = 300_000
const STEP_S = 300
const DAY_MS = 24 * HOUR_MS
/** The house has warmed up: for so long after an event it runs longer. */
const REBOUND_MS = HOUR_MS
const REBOUND = 1.3

/** Whole seconds of running in the five minutes from an instant. */
export function runtimeS({ seed, id, mostTenthsF, follows }: Cooling, startMs: number): number {
  const natural = naturalS(seed, id, startMs)
  const endMs = startMs + STEP_MS
  let seconds = natural
  for (const { event, fromMs, untilMs } of follows()) {
    const followed = overlapOf(startMs, endMs, fromMs, untilMs)
    const after = overlapOf(startMs, endMs, untilMs, Math.max(untilMs, fromMs) + REBOUND_MS)
    if (untilMs <= fromMs) continue
    seconds += followed * (lessenedS(natural, event.event, mostTenthsF) - natural) + after * natural * (REBOUND - 1)
  }
  return Math.max(0, Math.min(STEP_S, Math.floor(seconds)))
}

/** Had nobody asked it to give way: a hump in the afternoon (UTC), of another height on each day and in each house. */
function naturalS(seed: number, id: string, startMs: number): number {
  const day = Math.floor(startMs / DAY_MS)
  const hour = (startMs % DAY_MS) / HOUR_MS
  const heat = Math.max(0, Math.sin((Math.PI * (hour - 8)) / 14)) * (0.4 + 0.5 * chance(seed, id, day, 'heat'))
  return Math.floor(STEP_S * Math.min(1, 0.05 + heat))
}

function lessenedS(natural: number, event: EcobeeEvent['event'], mostTenthsF: number): number {
  if (event.dutyCyclePercentage !== undefined) return Math.min(natural, (STEP_S * Number(event.dutyCyclePercentage)) / 100)
  return natural * (1 - Math.min(1, Number(event.coolRelativeTemp ?? 0) / mostTenthsF))
}

/** Share of the first stretch that the second covers. */
const overlapOf = (startMs: number, endMs: number, fromMs: number, untilMs: number): number =>
  Math.max(0, Math.min(endMs, untilMs) - Math.max(startMs, fromMs)) / (endMs - startMs)
