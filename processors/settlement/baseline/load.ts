/** Answers what one unit's load was at a set of samples: the only code that touches a series. */
import { localDayNumber } from '../../calendar/local-day.ts'
import { MISSING, type OtherEvent, type UnitHistory, type UnitSeries } from './input.ts'
import type { BaselinePlan } from './plan.ts'
import type { DaySamples, Slot } from './slots.ts'
import type { Exclusions } from './terms.ts'

/** A series seen from a plan: the sample at step `s` lies at index `base + s`. */
export type LoadView = {
  readonly wh: UnitSeries['wh']
  readonly quality: Uint8Array
  readonly base: number
  readonly acceptedQualities: number
}

/** 1 where another event lies over a slot, so that the slot is left out for this unit; null when none does. */
export type SlotCut = Uint8Array | null

export type Presence = 'present' | 'missing' | 'quality-not-accepted'

const REACH = { called: 0, dispatched: 1, participated: 2 } as const

/** Null when the series runs on another step, or on the same step between the program's grid points. */
export function viewLoad(plan: BaselinePlan, series: UnitSeries): LoadView | null {
  const base = (plan.anchorMs - series.startMs) / series.stepMs
  if (series.stepMs !== plan.context.stepMs || !Number.isInteger(base)) return null
  return {
    wh: series.wh,
    quality: series.quality,
    base,
    acceptedQualities: plan.acceptedQualities,
  }
}

/** Whether every sample outside the cut is there with a quality that the terms accept. */
export function presenceOf(view: LoadView, samples: DaySamples, cut: SlotCut): Presence {
  const { steps, slots } = samples
  for (let i = 0; i < steps.length; i += 1) {
    if (cut !== null && cut[slots[i] ?? 0] === 1) continue
    const quality = view.quality[view.base + (steps[i] ?? 0)] ?? MISSING
    if (quality === MISSING) return 'missing'
    if (((view.acceptedQualities >> quality) & 1) === 0) return 'quality-not-accepted'
  }
  return 'present'
}

/** Wh at one step; the caller has asked `presenceOf` before. */
export function whAt(view: LoadView, step: number): number {
  return view.wh[view.base + step] ?? 0
}

/** Sum over present samples, in Wh. */
export function totalWh(view: LoadView, samples: DaySamples, cut: SlotCut): number {
  const { steps, slots } = samples
  let sum = 0
  for (let i = 0; i < steps.length; i += 1) {
    if (cut !== null && cut[slots[i] ?? 0] === 1) continue
    sum += whAt(view, steps[i] ?? 0)
  }
  return sum
}

export function peakWh(view: LoadView, samples: DaySamples): number {
  return samples.steps.reduce((peak, step) => Math.max(peak, whAt(view, step)), Number.NEGATIVE_INFINITY)
}

/**
 * The slots that another event of the same day lies over, whatever its program: load that was steered
 * says nothing about the load that would have been. A mere call that dispatched nothing cuts nothing.
 */
export function cutSlots(slots: readonly Slot[], events: readonly OtherEvent[]): SlotCut {
  let cut: SlotCut = null
  for (const event of events) {
    if (event.reach === 'called') continue
    for (let i = 0; i < slots.length; i += 1) {
      const slot = slots[i]
      if (slot === undefined || event.endMs <= slot.startMs || event.startMs >= slot.endMs) continue
      cut ??= new Uint8Array(slots.length)
      cut[i] = 1
    }
  }
  return cut
}

/** Day numbers that the exclusion rule takes out of the look-back because an event was held on them. */
export function eventDayNumbers(plan: BaselinePlan, unit: UnitHistory, exclude: Exclusions): ReadonlySet<number> {
  const days = new Set<number>()
  if (exclude.eventDays === 'none') return days
  const lastOffset = plan.slots.event.at(-1)?.dayOffset ?? 0
  for (const event of unit.otherEvents) {
    if (exclude.programs === 'own' && !event.own) continue
    if (REACH[event.reach] < REACH[exclude.eventDays]) continue
    // An event over midnight reads two days of each candidate, so either of them taints it.
    const first = localDayNumber(event.startMs, plan.context.zone) - lastOffset
    const last = localDayNumber(event.endMs - 1, plan.context.zone)
    for (let day = first; day <= last; day += 1) days.add(day)
  }
  return days
}
