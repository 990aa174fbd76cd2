/** Works out which periods a reportDescriptor wants reports on, and when each falls due (User Guide 8; schema reportDescriptor). */
import type { ReportDescriptor } from '../model/event.ts'
import type { Rounds } from './rounds.ts'

export interface Period {
  readonly fromMs: number
  /** End of the last interval reported on; the report is due then. */
  readonly untilMs: number
}

/** Reports on what is longer past than this are not made any more. */
const LOOK_BACK_MS = 7 * 86_400_000

/**
 * The periods that have ended by `nowMs`, oldest first:
 *
 * ```
 * intervals      | 0 | 1 | 2 | 3 | 4 | 5 |        startInterval 2, numIntervals 2, frequency 2, repeat 2
 * first          |---+---|                        what precedes startInterval, when that starts
 * second                 |---+---|                frequency intervals later
 * ```
 * startInterval -1: after the last interval of a round. numIntervals -1: all that precede. frequency -1: as numIntervals; 0: only once.
 */
export function endedPeriods(descriptor: ReportDescriptor, rounds: Rounds, nowMs: number): readonly Period[] {
  const { startInterval = -1, numIntervals = -1, frequency = -1, repeat = 1 } = descriptor
  const all = Number.isFinite(rounds.count) ? rounds.count : rounds.intervals.length
  const size = numIntervals > 0 ? numIntervals : all
  const step = frequency > 0 ? frequency : size
  const times = frequency === 0 ? 1 : repeat < 0 ? Number.POSITIVE_INFINITY : repeat
  // A report on nothing is none: with startInterval 0, the first follows after the first step.
  const first = startInterval < 0 ? all : startInterval === 0 ? step : startInterval
  const oldestMs = nowMs - LOOK_BACK_MS
  const passed = Math.max(0, Math.floor((oldestMs - rounds.at(0).startMs) / rounds.roundMs)) * rounds.intervals.length
  const periods: Period[] = []
  for (let n = Math.max(0, Math.floor((passed - first) / step)); n < times; n++) {
    const end = first + n * step
    if (end > rounds.count) break
    const untilMs = rounds.at(end - 1).endMs
    if (untilMs > nowMs) break
    if (untilMs > oldestMs) periods.push({ fromMs: rounds.at(Math.max(0, end - size)).startMs, untilMs })
  }
  return periods
}
