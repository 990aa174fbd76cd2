/** Sums of register differences are exact, whatever the order of the samples. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Sample } from '../../../processors/normalizer/energy-between.ts'
import { KEPT_SAMPLES, type Span, takeSample } from '../../../processors/normalizer/registers.ts'
import type { RegisterState } from '../../../processors/normalizer/state.ts'

const EMPTY: RegisterState = { channel: 'import', register: '', atMs: [], registerWh: [], divisible: [] }
const RATED_W = 7000

function takeAll(samples: readonly Sample[]): { readonly state: RegisterState; readonly spans: readonly Span[] } {
  let state = EMPTY
  const spans: Span[] = []
  for (const sample of samples) {
    const taken = takeSample(state, sample, RATED_W)
    state = taken.state
    spans.push(...taken.spans)
  }
  return { state, spans }
}

const sum = (spans: readonly Span[]) => spans.reduce((total, span) => total + span.energyWh, 0)

/** What stands after all withdrawals, as text. */
function standing(spans: readonly Span[]): string[] {
  const left = new Map<string, number>()
  for (const { startMs, endMs, energyWh, withdrawn } of spans) {
    const key = `${startMs}-${endMs}: ${Math.abs(energyWh)}`
    left.set(key, (left.get(key) ?? 0) + (withdrawn ? -1 : 1))
  }
  return [...left].flatMap(([key, count]) => new Array<string>(count).fill(key)).sort()
}

const monotone = (maxLength: number) =>
  fc
    .array(fc.record({ stepS: fc.integer({ min: 1, max: 4000 }), energyWh: fc.integer({ min: 0, max: 3000 }) }), {
      minLength: 1,
      maxLength,
    })
    .map((steps) => {
      let sample: Sample = { atMs: 1_700_000_000_000, registerWh: 12_345 }
      return [
        sample,
        ...steps.map(({ stepS, energyWh }) => (sample = { atMs: sample.atMs + stepS * 1000, registerWh: sample.registerWh + energyWh })),
      ]
    })
const disordered = (maxLength: number) =>
  monotone(maxLength).chain((samples) =>
    fc.tuple(fc.constant(samples), fc.shuffledSubarray([...samples, ...samples], { minLength: samples.length * 2 })),
  )

describe('a register', () => {
  it('sums to its difference for any order and repetition', () => {
    fc.assert(
      fc.property(disordered(60), ([samples, arrival]) => {
        const difference = (samples.at(-1)?.registerWh ?? 0) - (samples[0]?.registerWh ?? 0)
        expect(sum(takeAll(arrival).spans)).toBe(difference)
      }),
    )
  })

  it('is divided as finely as its samples allow, for any order, while it remembers them', () => {
    fc.assert(
      fc.property(disordered(KEPT_SAMPLES - 1), ([samples, arrival]) => {
        expect(standing(takeAll(arrival).spans)).toEqual(standing(takeAll(samples).spans))
      }),
    )
  })

  it('keeps a bounded number of samples, the first and the last among them', () => {
    fc.assert(
      fc.property(disordered(80), ([samples, arrival]) => {
        const { atMs } = takeAll(arrival).state
        expect(atMs.length).toBeLessThanOrEqual(KEPT_SAMPLES)
        expect([atMs[0], atMs.at(-1)]).toEqual([samples[0]?.atMs, samples.at(-1)?.atMs])
      }),
    )
  })

  it('divides a long stretch when a backfill comes, though many samples came since', () => {
    const minute = (n: number, registerWh: number): Sample => ({ atMs: n * 60_000, registerWh })
    const live = Array.from({ length: 100 }, (_, i) => minute(200 + i, 5000 + i * 10))
    const { state, spans } = takeAll([minute(0, 0), minute(1, 100), ...live])
    expect(spans).toContainEqual(expect.objectContaining({ startMs: 60_000, endMs: 200 * 60_000, energyWh: 4900 }))
    const late = takeSample(state, minute(50, 1100), RATED_W)
    expect(late.spans.map(({ startMs, endMs, energyWh }) => [startMs / 60_000, endMs / 60_000, energyWh])).toEqual([
      [1, 200, -4900],
      [1, 50, 1000],
      [50, 200, 3900],
    ])
  })

  it('takes two messages that round the same register differently for no reset', () => {
    const { spans } = takeAll([
      { atMs: 0, registerWh: 1000 },
      { atMs: 60_000, registerWh: 1100 },
      { atMs: 61_000, registerWh: 1099 },
      { atMs: 120_000, registerWh: 1200 },
    ])
    expect(spans.map(({ energyWh, event }) => [energyWh, event])).toEqual([
      [100, ''],
      [0, ''],
      [100, ''],
    ])
  })
})
