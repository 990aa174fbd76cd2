/** Answers which clock labels an event and its adjustment windows cover, and where other days hold them. */
import { type DayInterval, intervalsOver } from '../../calendar/day-intervals.ts'
import { instantsOfClock, localDayNumber, MINUTE_MS, type TimeSpan } from '../../calendar/local-day.ts'
import type { EventContext } from './input.ts'
import type { AdjustmentWindow } from './terms.ts'

/**
 * One interval of the event day, named so that other days can be asked for the same one: so many days
 * from the event's first day (an event over midnight has 0 and 1) and the local clock at its start.
 */
export type Slot = {
  readonly startMs: number
  readonly endMs: number
  readonly dayOffset: number
  readonly clockMinute: number
}

/** Where one day holds the slots: sample `i` belongs to slot `slots[i]` and lies `steps[i]` steps from the anchor. */
export type DaySamples = {
  readonly steps: Int32Array
  readonly slots: Uint16Array
}

/** A sample between the grid's points: no series holds it, so it reads as missing. */
const OFF_GRID = -(2 ** 31)

export function slotsOver(span: TimeSpan, context: EventContext): Slot[] {
  const firstDay = localDayNumber(context.eventStartMs, context.zone)
  return intervalsOver(span.startMs, span.endMs, context.zone, context.stepMs).map((interval: DayInterval) => ({
    startMs: interval.startMs,
    endMs: interval.endMs,
    dayOffset: localDayNumber(interval.startMs, context.zone) - firstDay,
    clockMinute: interval.clockMinute,
  }))
}

/**
 * The span of one adjustment window, in elapsed time.
 *
 *   ...[== before ==]--buffer--[##### event #####]--buffer--[== after ==]...
 */
export function windowSpan(window: AdjustmentWindow, context: EventContext): TimeSpan {
  const durationMs = window.durationMinutes * MINUTE_MS
  const bufferMs = window.bufferMinutes * MINUTE_MS
  if (window.side === 'before') {
    const endMs = context.eventStartMs - bufferMs
    return { startMs: endMs - durationMs, endMs }
  }
  const startMs = context.eventEndMs + bufferMs
  return { startMs, endMs: startMs + durationMs }
}

/** The slots of all windows; intervals that reach beyond their window are not part of it. */
export function windowSlots(windows: readonly AdjustmentWindow[], context: EventContext): Slot[] {
  return windows.flatMap((window) => {
    const span = windowSpan(window, context)
    return slotsOver(span, context).filter((slot) => slot.startMs >= span.startMs && slot.endMs <= span.endMs)
  })
}

/**
 * The samples of another day: none for a label that its clock skips in spring, two where it shows it twice
 * in autumn, so that both enter the mean.
 */
export function samplesOfDay(slots: readonly Slot[], dayNumber: number, anchorMs: number, context: EventContext): DaySamples {
  const steps: number[] = []
  const owners: number[] = []
  slots.forEach((slot, index) => {
    for (const atMs of instantsOfClock(dayNumber + slot.dayOffset, slot.clockMinute, context.zone)) {
      steps.push(stepOf(atMs, anchorMs, context.stepMs))
      owners.push(index)
    }
  })
  return { steps: Int32Array.from(steps), slots: Uint16Array.from(owners) }
}

/** The event day's own samples: each slot exactly once. */
export function ownSamples(slots: readonly Slot[], anchorMs: number, stepMs: number): DaySamples {
  return {
    steps: Int32Array.from(slots, (slot) => stepOf(slot.startMs, anchorMs, stepMs)),
    slots: Uint16Array.from(slots.keys()),
  }
}

function stepOf(atMs: number, anchorMs: number, stepMs: number): number {
  const step = (atMs - anchorMs) / stepMs
  return Number.isInteger(step) ? step : OFF_GRID
}
