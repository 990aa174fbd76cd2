/** Plans the evaluation of an event: the baseline plan that its units share, and the spans of history that it reads. */
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import { type BaselinePlan, type CandidateDay, planBaseline } from './baseline/plan.ts'
import type { DaySamples } from './baseline/slots.ts'
import type { XOfYMethod } from './baseline/terms.ts'
import type { HistorySpan } from './history.ts'
import { methodOf } from './method.ts'

export interface EventPlan {
  readonly plan: BaselinePlan<XOfYMethod>
  readonly stepMs: number
  /** Ascending, disjoint. */
  readonly spans: readonly HistorySpan[]
  /** Those of the event's day. */
  readonly eventDaySpans: readonly HistorySpan[]
  /** Local days before this one are not in the spans, though the look-back has some; null = all are. */
  readonly cutBefore: string | null
}

/** So many more days than the pool takes are asked for at first: enough where few days are left out. */
const SPARE_DAYS = 5
/** Samples between grid points have no place. */
const LEAST_STEP = -1e9

/** `wide`: the whole look-back; else its latest days, as long as they can fill the pool. Throws RangeError for terms that make no sense. */
export function planEvent(event: { readonly startMs: number; readonly endMs: number }, terms: ProgramTerms, wide: boolean): EventPlan {
  const stepMs = terms.stepS * 1000
  const plan = planBaseline(methodOf(terms.baseline), {
    eventStartMs: event.startMs,
    eventEndMs: event.endMs,
    zone: terms.zone,
    stepMs,
    holidays: terms.holidays,
  })
  const usable = plan.candidates.filter(({ ruledOut }) => ruledOut === null)
  const near = wide ? usable : usable.slice(0, (plan.group?.poolDays ?? 0) + SPARE_DAYS)
  const stepsOfDays = near.flatMap(({ samples }: CandidateDay) => stepsOf(samples))
  const stepsOfEventDay = stepsOf(plan.eventDaySamples)
  const spans = spansOf([...stepsOfDays, ...stepsOfEventDay], plan.anchorMs, stepMs)
  const eventDaySpans = spansOf(stepsOfEventDay, plan.anchorMs, stepMs)
  return { plan, stepMs, spans, eventDaySpans, cutBefore: near.length < usable.length ? (near.at(-1)?.day ?? plan.eventDay) : null }
}

function stepsOf({ event, adjust, match }: CandidateDay['samples']): number[] {
  return [event, adjust, match].flatMap(({ steps }: DaySamples) => [...steps]).filter((step) => step > LEAST_STEP)
}

function spansOf(steps: readonly number[], anchorMs: number, stepMs: number): HistorySpan[] {
  const spans: { fromMs: number; toMs: number }[] = []
  for (const step of [...new Set(steps)].sort((a, b) => a - b)) {
    const fromMs = anchorMs + step * stepMs
    const last = spans.at(-1)
    if (last?.toMs === fromMs) last.toMs = fromMs + stepMs
    else spans.push({ fromMs, toMs: fromMs + stepMs })
  }
  return spans
}
