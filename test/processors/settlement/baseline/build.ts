/** Builders for baseline tests: local times, flat or shaped loads, histories. */
import { instantsOfClock, numberOfDay } from '../../../../processors/calendar/local-day.ts'
import { type BaselineInput, unitHistory } from '../../../../processors/settlement/baseline/input.ts'
import type { Baseline, BaselineOutcome, NoBaseline } from '../../../../processors/settlement/baseline/outcome.ts'
import * as published from '../../../../processors/settlement/baseline/published.ts'
import { buildSeries, type MeteredInterval } from '../../../../processors/settlement/baseline/series.ts'
import type { XOfYMethod } from '../../../../processors/settlement/baseline/terms.ts'

export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
export const QUARTER_MS = 900_000

/** First instant at which the local clock of `day` shows `minute`. */
export function localMs(day: string, minute: number, zone: string): number {
  const [first] = instantsOfClock(numberOfDay(day), minute, zone)
  if (first === undefined) throw new Error(`${zone} has no ${minute} min on ${day}`)
  return first
}

export type Story = {
  readonly zone: string
  readonly eventStartMs: number
  readonly eventEndMs: number
  readonly stepMs: number
  /** Wh at a start; null leaves the interval out. */
  readonly load: (startMs: number) => number | null
  readonly holidays?: readonly string[]
}

const LOOKBACK_MS = 50 * 24 * HOUR_MS

export function intervalsOf(story: Story): MeteredInterval[] {
  const intervals: MeteredInterval[] = []
  const fromMs = gridStart(story)
  for (let startMs = fromMs; startMs < story.eventEndMs + 24 * HOUR_MS; startMs += story.stepMs) {
    const wh = story.load(startMs)
    if (wh !== null) intervals.push({ startMs, wh, quality: 'measured' })
  }
  return intervals
}

/** On the event's own grid, so that zones with half-hour offsets need no special case. */
export function gridStart(story: Story): number {
  return story.eventStartMs - Math.ceil(LOOKBACK_MS / story.stepMs) * story.stepMs
}

export function inputOf(story: Story, intervals = intervalsOf(story)): BaselineInput {
  const series = buildSeries(gridStart(story), story.eventEndMs + 24 * HOUR_MS, story.stepMs, intervals)
  const { zone, eventStartMs, eventEndMs, stepMs, holidays = [] } = story
  return { zone, eventStartMs, eventEndMs, stepMs, holidays, unit: unitHistory(series) }
}

export function expectBaseline(outcome: BaselineOutcome): Baseline {
  if (outcome.kind === 'baseline') return outcome
  throw new Error(`no baseline: ${outcome.reason}, ${outcome.detail}`)
}

export function expectNone(outcome: BaselineOutcome): NoBaseline {
  if (outcome.kind === 'no-baseline') return outcome
  throw new Error(`a baseline of ${outcome.baselineWh} Wh`)
}

export const tenInTen = published.caisoTenInTen.method
export const meanTen: XOfYMethod = { ...tenInTen, adjustment: { kind: 'none' } }
