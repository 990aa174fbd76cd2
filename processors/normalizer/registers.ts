/** Keeps the samples of one register in the order of time and says which energies each new sample makes, divides or leaves alone. */
import { type EnergyBetween, energyBetween, type Sample } from './energy-between.ts'
import type { RegisterState } from './state.ts'

/** The energy of the stretch between two neighbouring samples; `withdrawn`: it was said before and is taken back. */
export interface Span extends EnergyBetween {
  readonly startMs: number
  readonly endMs: number
  readonly withdrawn: boolean
}

export interface Taken {
  readonly state: RegisterState
  readonly spans: readonly Span[]
}

/** So many samples of each register are kept. */
export const KEPT_SAMPLES = 16
/** Stretches from this length are kept longest: a backfill may still divide them. */
const WIDE_MS = 600_000
/** Two messages may round the same register to neighbouring Wh; so much less is no reset. */
const ROUNDING_WH = 2

/**
 * Takes a sample. The sum of all spans, those withdrawn negative, always equals the sum of `energyBetween` over neighbouring samples,
 * whatever the order of arrival:
 *
 *   first sample      ·            nothing
 *   after the last    ·———×        a span
 *   before the first  ×———·        a span
 *   inside a span     ·——×——·      the span is withdrawn, two take its place
 *   elsewhere         ·-·×·-·      nothing: the energy is counted, only its division is forgotten
 *   at a known time                nothing: a duplicate
 */
export function takeSample(state: RegisterState, sample: Sample, ratedW: number): Taken {
  const next = state.atMs.findIndex((atMs) => atMs >= sample.atMs)
  const at = next < 0 ? state.atMs.length : next
  if (state.atMs[at] === sample.atMs) return { state, spans: [] }
  const [before, after] = [sampleAt(state, at - 1), sampleAt(state, at)]
  if (before && after && !state.divisible[at - 1]) return { state, spans: [] }
  const taken = withoutJitter(sample, before, after)
  const spans = [
    ...(before && after ? [spanBetween(before, after, ratedW, true)] : []),
    ...(before ? [spanBetween(before, taken, ratedW, false)] : []),
    ...(after ? [spanBetween(taken, after, ratedW, false)] : []),
  ]
  return { state: trim(insert(state, at, taken)), spans }
}

function sampleAt(state: RegisterState, index: number): Sample | undefined {
  const [atMs, registerWh] = [state.atMs[index], state.registerWh[index]]
  return atMs === undefined || registerWh === undefined ? undefined : { atMs, registerWh }
}

function withoutJitter(sample: Sample, before: Sample | undefined, after: Sample | undefined): Sample {
  const isJitter = (fallWh: number) => fallWh > 0 && fallWh <= ROUNDING_WH
  if (before && isJitter(before.registerWh - sample.registerWh)) return { ...sample, registerWh: before.registerWh }
  if (after && isJitter(sample.registerWh - after.registerWh)) return { ...sample, registerWh: after.registerWh }
  return sample
}

function spanBetween(from: Sample, to: Sample, ratedW: number, withdrawn: boolean): Span {
  const { energyWh, quality, event } = energyBetween(from, to, ratedW)
  // `0 -`: a plain minus would make a negative zero of nothing.
  return { energyWh: withdrawn ? 0 - energyWh : energyWh, quality, event, startMs: from.atMs, endMs: to.atMs, withdrawn }
}

/** `divisible[i]` tells of the stretch from sample i to sample i + 1; the last sample has none. */
function insert(state: RegisterState, at: number, sample: Sample): RegisterState {
  const { channel, register } = state
  return {
    channel,
    register,
    atMs: state.atMs.toSpliced(at, 0, sample.atMs),
    registerWh: state.registerWh.toSpliced(at, 0, sample.registerWh),
    divisible: state.divisible.toSpliced(Math.min(at, state.divisible.length), 0, ...(state.atMs.length > 0 ? [true] : [])),
  }
}

/** Forgets the oldest inner sample beside no wide stretch, or the oldest inner one; the first and the last are always kept. */
function trim(state: RegisterState): RegisterState {
  const { atMs, divisible } = state
  if (atMs.length <= KEPT_SAMPLES) return state
  const isWide = (index: number) => divisible[index] === true && (atMs[index + 1] ?? 0) - (atMs[index] ?? 0) >= WIDE_MS
  let gone = 1
  while (gone < atMs.length - 2 && (isWide(gone - 1) || isWide(gone))) gone += 1
  if (gone >= atMs.length - 2) gone = 1
  const { channel, register } = state
  return {
    channel,
    register,
    atMs: atMs.toSpliced(gone, 1),
    registerWh: state.registerWh.toSpliced(gone, 1),
    divisible: divisible.toSpliced(gone - 1, 2, false),
  }
}
