/** Answers which X days of a pool are averaged, and in which rank. */
import { whAt } from './load.ts'
import type { ScreenedDay, UnitView } from './screen.ts'

/** The chosen days, best first by the method's choice; `all` keeps the most recent first. */
export function chooseDays(view: UnitView, pool: readonly ScreenedDay[], chosenDays: number): ScreenedDay[] {
  switch (view.plan.method.choose) {
    case 'all':
      return [...pool]
    case 'highest':
      return [...pool].sort(byMeanDown).slice(0, chosenDays)
    case 'lowest':
      return [...pool].sort(byMeanUp).slice(0, chosenDays)
    case 'middle':
      return middleOf(pool, chosenDays)
    case 'temperature':
      return nearest(pool, chosenDays, (day) => temperatureGap(view, day))
    case 'match':
      return nearest(pool, chosenDays, (day) => loadGap(view, day))
  }
}

function middleOf(pool: readonly ScreenedDay[], chosenDays: number): ScreenedDay[] {
  const surplus = Math.max(0, pool.length - chosenDays)
  const above = Math.floor(surplus / 2)
  return [...pool].sort(byMeanDown).slice(above, pool.length - (surplus - above))
}

/** Of equal means the more recent day comes first, up or down. */
function byMeanDown(a: ScreenedDay, b: ScreenedDay): number {
  return compareMeans(b, a) || b.candidate.dayNumber - a.candidate.dayNumber
}

function byMeanUp(a: ScreenedDay, b: ScreenedDay): number {
  return compareMeans(a, b) || b.candidate.dayNumber - a.candidate.dayNumber
}

function compareMeans(a: ScreenedDay, b: ScreenedDay): number {
  if (a.eventSamples === b.eventSamples) return a.eventWh - b.eventWh
  const difference = BigInt(a.eventWh) * BigInt(b.eventSamples) - BigInt(b.eventWh) * BigInt(a.eventSamples)
  return Number(difference)
}

function nearest(pool: readonly ScreenedDay[], count: number, gapOf: (day: ScreenedDay) => number): ScreenedDay[] {
  const gaps = new Map(pool.map((day) => [day, gapOf(day)]))
  const gap = (day: ScreenedDay): number => gaps.get(day) ?? 0
  return [...pool].sort((a, b) => gap(a) - gap(b) || b.candidate.dayNumber - a.candidate.dayNumber).slice(0, count)
}

function temperatureGap(view: UnitView, day: ScreenedDay): number {
  const { temperatures } = view.unit
  const eventDay = temperatures?.get(view.plan.eventDay) ?? 0
  return Math.abs((temperatures?.get(day.candidate.day) ?? 0) - eventDay)
}

/** Sum over the day's samples of |its load − the event day's load at the same clock label|, in Wh. */
function loadGap(view: UnitView, day: ScreenedDay): number {
  const { steps, slots } = day.candidate.samples.match
  const { steps: eventSteps } = view.plan.eventDaySamples.match
  const cut = view.cut.match
  let gap = 0
  for (let i = 0; i < steps.length; i += 1) {
    const slot = slots[i] ?? 0
    if (cut !== null && cut[slot] === 1) continue
    gap += Math.abs(whAt(view.load, steps[i] ?? 0) - whAt(view.load, eventSteps[slot] ?? 0))
  }
  return gap
}
