/** Answers whether one day of the look-back may enter a unit's pool, and if not why not. */
import type { UnitHistory } from './input.ts'
import { cutSlots, eventDayNumbers, type LoadView, type Presence, presenceOf, type SlotCut, totalWh } from './load.ts'
import type { LeftOutReason } from './outcome.ts'
import type { BaselinePlan, CandidateDay, SlotFamilies } from './plan.ts'
import type { DaySamples } from './slots.ts'
import type { XOfYMethod } from './terms.ts'

/** One unit under one plan. */
export type UnitView = {
  readonly plan: BaselinePlan<XOfYMethod>
  readonly unit: UnitHistory
  readonly load: LoadView
  readonly eventDays: ReadonlySet<number>
  /** Adjustment and match slots lost to other events of the event day. */
  readonly cut: { readonly adjust: SlotCut; readonly match: SlotCut }
}

/** A day that was looked at; `reason` null means that it may be used. */
export type ScreenedDay = {
  readonly candidate: CandidateDay
  readonly reason: LeftOutReason | null
  /** Sum over the event window, and the number of samples in it (one more or less where clocks change). */
  readonly eventWh: number
  readonly eventSamples: number
}

export function viewUnit(plan: BaselinePlan<XOfYMethod>, unit: UnitHistory, load: LoadView): UnitView {
  return {
    plan,
    unit,
    load,
    eventDays: eventDayNumbers(plan, unit, plan.method.exclude),
    cut: {
      adjust: cutSlots(plan.slots.adjust, unit.otherEvents),
      match: cutSlots(plan.slots.match, unit.otherEvents),
    },
  }
}

export function screenDay(view: UnitView, candidate: CandidateDay): ScreenedDay {
  const reason = leaveOut(view, candidate)
  const { event } = candidate.samples
  if (reason !== null) return { candidate, reason, eventWh: 0, eventSamples: 0 }
  return {
    candidate,
    reason,
    eventWh: totalWh(view.load, event, null),
    eventSamples: event.steps.length,
  }
}

function leaveOut(view: UnitView, candidate: CandidateDay): LeftOutReason | null {
  const { exclude, choose } = view.plan.method
  if (candidate.ruledOut !== null) return candidate.ruledOut
  if (view.eventDays.has(candidate.dayNumber)) return 'event-day'
  if (exclude.outageDays && view.unit.outageDays.includes(candidate.day)) return 'outage-day'
  if (choose === 'temperature' && !view.unit.temperatures?.has(candidate.day)) return 'no-temperature'
  return findGap(view, candidate.samples)
}

/** A day with any gap in what would be read is skipped whole: nothing is ever put in a gap's place. */
function findGap(view: UnitView, samples: SlotFamilies<DaySamples>): LeftOutReason | null {
  if (samples.event.steps.length === 0) return 'missing-event-interval'
  return (
    gapReason(presenceOf(view.load, samples.event, null), 'missing-event-interval') ??
    gapReason(presenceOf(view.load, samples.adjust, view.cut.adjust), 'missing-adjustment-interval') ??
    gapReason(presenceOf(view.load, samples.match, view.cut.match), 'missing-match-interval')
  )
}

function gapReason(presence: Presence, missing: LeftOutReason): LeftOutReason | null {
  if (presence === 'present') return null
  return presence === 'missing' ? missing : presence
}
