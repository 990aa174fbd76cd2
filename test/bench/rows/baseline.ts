/**
 * Baseline: the evaluator alone, in one thread: 10-in-10 with capped multiplicative adjustment, a 4-hour event, 15 minutes, 45 days of
 * history per unit in typed arrays, some units with gaps, and two earlier events to be left out.
 *
 * Measured: microseconds per unit of `evaluateUnit`, by the best of several rounds, on a plan that all units share. Not measured: reading
 * the history, and writing the result.
 *
 * Beside it: adding up the same event slots of the same ten days in a loop that knows nothing of days, quality, events or rounding.
 */
import { evaluateUnit } from '../../../processors/settlement/baseline/evaluate.ts'
import { unitHistory } from '../../../processors/settlement/baseline/input.ts'
import { planBaseline } from '../../../processors/settlement/baseline/plan.ts'
import { methodOf } from '../../../processors/settlement/method.ts'
import { termsOf } from '../support/fleet.ts'
import { figureOf, type Row } from '../support/row.ts'

const STEP_MS = 900_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const DAYS = 47
const EVENT_DAYS_AGO = [5, 8]
const USED_DAYS = 10
/** 17:00 in Los Angeles on Wednesday 16 July 2025. */
const EVENT_START_MS = Date.UTC(2025, 6, 17, 0)
const EVENT_END_MS = EVENT_START_MS + 4 * HOUR_MS
const HISTORY_START_MS = EVENT_START_MS - 46 * DAY_MS

const slotsPerDay = DAY_MS / STEP_MS
const eventSlots = (EVENT_END_MS - EVENT_START_MS) / STEP_MS

function energiesOf(unit: number): { readonly wh: Float64Array; readonly quality: Uint8Array } {
  const wh = Float64Array.from({ length: DAYS * slotsPerDay }, (_, i) => (i * 7_919 + unit * 104_729) % 3_000)
  const quality = new Uint8Array(wh.length).fill(1)
  if (unit % 10 === 0) quality[wh.length - 5 * slotsPerDay - 20] = 0
  return { wh, quality }
}

const earlier = EVENT_DAYS_AGO.map((days) => ({
  startMs: EVENT_START_MS - days * DAY_MS,
  endMs: EVENT_END_MS - days * DAY_MS,
  own: true,
  reach: 'participated' as const,
}))

/** Best of several rounds, microseconds per unit. */
function best(rounds: number, units: number, run: () => void): number {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const startMs = performance.now()
    run()
    least = Math.min(least, ((performance.now() - startMs) * 1_000) / units)
  }
  return least
}

function bareSums(wh: Float64Array, sums: Float64Array): void {
  const last = (EVENT_START_MS - HISTORY_START_MS) / STEP_MS
  for (let slot = 0; slot < eventSlots; slot++) {
    let sum = 0
    for (let day = 1; day <= USED_DAYS; day++) sum += wh[last + slot - day * slotsPerDay] ?? 0
    sums[slot] = sum / USED_DAYS
  }
}

export const baselineRow: Row = {
  name: 'baseline',
  about: 'microseconds per unit of the 10-in-10 evaluator, without I/O',
  stage: null,
  async measure(_stage, { quick }, report) {
    const count = quick ? 500 : 5_000
    const rounds = quick ? 3 : 8
    const { baseline, zone } = termsOf()
    const plan = planBaseline(methodOf(baseline), {
      eventStartMs: EVENT_START_MS,
      eventEndMs: EVENT_END_MS,
      zone,
      stepMs: STEP_MS,
      holidays: [],
    })
    const energies = Array.from({ length: count }, (_, unit) => energiesOf(unit))
    const units = energies.map((one) => unitHistory({ startMs: HISTORY_START_MS, stepMs: STEP_MS, ...one }, { otherEvents: earlier }))
    let found = 0
    const figure = best(rounds, count, () => {
      found = units.filter((unit) => evaluateUnit(plan, unit).kind === 'baseline').length
    })
    const sums = new Float64Array(eventSlots)
    const limit = best(rounds, count, () => {
      for (const { wh } of energies) bareSums(wh, sums)
    })
    if (found !== count) throw new Error(`${found} of ${count} units have a baseline`)
    report(
      figureOf({
        row: 'baseline',
        figure,
        unit: 'µs per unit',
        better: 'lower',
        limit,
        limitIs: 'averaging the event slots of ten fixed days in a bare loop, without any rule',
        goal: null,
        more: { units: count, method: baseline.name, stepS: STEP_MS / 1_000, eventHours: 4, historyDays: 45 },
      }),
    )
  },
}
