/** Answers the exact mean of chosen days, interval by interval. */
import { parseRational, type Rational, rational } from '../exact/rational.ts'
import { type LoadView, whAt } from './load.ts'
import type { ScreenedDay } from './screen.ts'
import type { DaySamples } from './slots.ts'
import type { DayWeights } from './terms.ts'

/** Mean of slot `i` is `nums[i] / dens[i]` Wh, not in lowest terms; a slot without samples has 0/0. */
export type SlotMeans = {
  readonly nums: readonly bigint[]
  readonly dens: readonly bigint[]
}

type SamplesOf = (day: ScreenedDay) => DaySamples

/** Each sample counts once: a day that shows a label twice puts two samples into its mean. */
export function averageDays(load: LoadView, days: readonly ScreenedDay[], samplesOf: SamplesOf, slotCount: number): SlotMeans {
  const sums = new Float64Array(slotCount)
  const counts = new Int32Array(slotCount)
  for (const day of days) {
    const { steps, slots } = samplesOf(day)
    for (let i = 0; i < steps.length; i += 1) {
      const slot = slots[i] ?? 0
      sums[slot] = (sums[slot] ?? 0) + whAt(load, steps[i] ?? 0)
      counts[slot] = (counts[slot] ?? 0) + 1
    }
  }
  return {
    nums: Array.from(sums, exactSum),
    dens: Array.from(counts, (count) => BigInt(count)),
  }
}

function exactSum(sumWh: number): bigint {
  if (Number.isSafeInteger(sumWh)) return BigInt(sumWh)
  throw new RangeError(`load sums to ${sumWh} Wh, which is no exact integer: series must hold whole Wh below 2^53`)
}

/** As `averageDays`, with one weight per day: Σ weight × load / Σ weight over the samples that exist. */
export function averageWeighted(
  load: LoadView,
  days: readonly { readonly day: ScreenedDay; readonly weight: bigint }[],
  samplesOf: SamplesOf,
  slotCount: number,
): SlotMeans {
  const nums = new Array<bigint>(slotCount).fill(0n)
  const dens = new Array<bigint>(slotCount).fill(0n)
  for (const { day, weight } of days) {
    const { steps, slots } = samplesOf(day)
    for (let i = 0; i < steps.length; i += 1) {
      const slot = slots[i] ?? 0
      nums[slot] = (nums[slot] ?? 0n) + weight * BigInt(whAt(load, steps[i] ?? 0))
      dens[slot] = (dens[slot] ?? 0n) + weight
    }
  }
  return { nums, dens }
}

/** The chosen days, given best first, each with its integer weight. */
export function weighDays(ranked: readonly ScreenedDay[], weights: DayWeights): { readonly day: ScreenedDay; readonly weight: bigint }[] {
  const recent = [...ranked].sort((a, b) => b.candidate.dayNumber - a.candidate.dayNumber)
  switch (weights.by) {
    case 'rank':
      return ranked.map((day, index) => ({
        day,
        weight: BigInt(weights.values[index] ?? 1),
      }))
    case 'recency':
      return recent.map((day, index) => ({
        day,
        weight: BigInt(weights.values[index] ?? 1),
      }))
    case 'decay':
      return decay(recent, parseRational(weights.keep))
  }
}

/**
 * new = keep × old + (1 − keep) × day, seeded with the oldest day, unrolled into integer weights:
 * for keep = k/d and n days, day j (0 = newest) has k^j (d − k) d^(n−2−j), the oldest k^(n−1).
 */
function decay(recent: readonly ScreenedDay[], keep: Rational): { day: ScreenedDay; weight: bigint }[] {
  const { num: kept, den } = keep
  const last = recent.length - 1
  return recent.map((day, age) => ({
    day,
    weight: age === last ? kept ** BigInt(last) : kept ** BigInt(age) * (den - kept) * den ** BigInt(last - 1 - age),
  }))
}

/** Sum of the means over the slots outside the cut; null when one of them has no sample. */
export function sumOfMeans(means: SlotMeans, cut: Uint8Array | null): Rational | null {
  let num = 0n
  let den = 1n
  for (let i = 0; i < means.nums.length; i += 1) {
    if (cut !== null && cut[i] === 1) continue
    const slotNum = means.nums[i] ?? 0n
    const slotDen = means.dens[i] ?? 0n
    if (slotDen === 0n) return null
    if (slotDen === den) {
      num += slotNum
    } else {
      num = num * slotDen + slotNum * den
      den *= slotDen
    }
  }
  return rational(num, den)
}
