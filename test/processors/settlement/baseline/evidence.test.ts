/** What makes a baseline checkable later: hashes, canonical terms, faults that name their field. */
import { describe, expect, it } from 'vitest'
import { canonicalJson, sha256 } from '../../../../processors/settlement/baseline/canonical.ts'
import { checkTerms } from '../../../../processors/settlement/baseline/check-terms.ts'
import { evaluateBaseline } from '../../../../processors/settlement/baseline/evaluate.ts'
import { planBaseline } from '../../../../processors/settlement/baseline/plan.ts'
import { PUBLISHED_METHODS } from '../../../../processors/settlement/baseline/published.ts'
import { buildSeries } from '../../../../processors/settlement/baseline/series.ts'
import type { BaselineMethod, XOfYMethod } from '../../../../processors/settlement/baseline/terms.ts'
import { HOUR_MS, inputOf, intervalsOf, localMs, meanTen, type Story, tenInTen } from './build.ts'

const ZONE = 'America/Los_Angeles'
const eventStartMs = localMs('2025-07-16', 17 * 60, ZONE)
const story: Story = { zone: ZONE, eventStartMs, eventEndMs: eventStartMs + 2 * HOUR_MS, stepMs: HOUR_MS, load: () => 1000 }

describe('the input hash', () => {
  const changed = (atMs: number, change: Partial<{ wh: number; quality: 'estimated' }>) => {
    const intervals = intervalsOf(story).map((interval) => (interval.startMs === atMs ? { ...interval, ...change } : interval))
    return evaluateBaseline(tenInTen, inputOf(story, intervals)).inputHash
  }
  const untouched = evaluateBaseline(tenInTen, inputOf(story)).inputHash

  it.each([
    ['an event hour of a day used', '2025-07-10', 18, true],
    ['a window hour of a day used', '2025-07-10', 14, true],
    ['a window hour of the event day', '2025-07-16', 14, true],
    ['another hour of a day used', '2025-07-10', 3, false],
    ['a day older than the pool', '2025-06-10', 18, false],
    ['the event itself', '2025-07-16', 17, false],
  ])('%s', (_, day, hour, moves) => {
    const atMs = localMs(day, hour * 60, ZONE)
    expect(changed(atMs, { wh: 1001 }) !== untouched).toBe(moves)
    expect(changed(atMs, { quality: 'estimated' }) !== untouched).toBe(moves)
  })

  it('moves with the calendar, an outage and another event of the day', () => {
    const input = inputOf(story)
    const hashes = [
      input,
      { ...input, holidays: ['2025-07-04'] },
      { ...input, unit: { ...input.unit, outageDays: ['2025-07-14'] } },
      {
        ...input,
        unit: {
          ...input.unit,
          otherEvents: [
            { startMs: eventStartMs - 4 * HOUR_MS, endMs: eventStartMs - 3 * HOUR_MS, own: true, reach: 'dispatched' as const },
          ],
        },
      },
    ].map((variant) => evaluateBaseline(tenInTen, variant).inputHash)
    expect(new Set(hashes).size).toBe(hashes.length)
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/)
  })

  it('is the same again', () => {
    expect(evaluateBaseline(tenInTen, inputOf(story)).inputHash).toBe(untouched)
  })
})

describe('the method hash', () => {
  it('depends on the values, not on the order of the fields', () => {
    const reversed = Object.fromEntries(Object.entries(tenInTen).reverse()) as XOfYMethod
    const context = inputOf(story)
    expect(planBaseline(reversed, context).methodHash).toBe(planBaseline(tenInTen, context).methodHash)
    expect(planBaseline(meanTen, context).methodHash).not.toBe(planBaseline(tenInTen, context).methodHash)
  })

  it('is the SHA-256 of sorted JSON', () => {
    expect(canonicalJson({ b: [1, null, 'x'], a: { d: true, c: '5/7' } })).toBe('{"a":{"c":"5/7","d":true},"b":[1,null,"x"]}')
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})

describe('terms', () => {
  it.each(Object.entries(PUBLISHED_METHODS))('%s is sound and says that it is a style', (_, row) => {
    expect(checkTerms(row.method)).toEqual([])
    expect(row.label).toMatch(/ style$/)
  })

  const [weekdays] = tenInTen.groups
  const { adjustment } = tenInTen
  if (weekdays === undefined || adjustment.kind === 'none') throw new Error('the row has groups and an adjustment')

  it.each<[string, BaselineMethod, RegExp]>([
    ['no quality', { ...tenInTen, acceptQuality: [] }, /acceptQuality/],
    ['no groups', { ...tenInTen, groups: [] }, /groups: name/],
    ['fraction of a day', { ...tenInTen, groups: [{ ...weekdays, minDays: 0.5 }] }, /groups\[0\]: .*whole/],
    ['X above Y', { ...tenInTen, groups: [{ ...weekdays, chosenDays: 11 }] }, /groups\[0\]\.chosenDays: more than poolDays 10/],
    ['min above Y', { ...tenInTen, groups: [{ ...weekdays, minDays: 11 }] }, /groups\[0\]\.minDays/],
    ['Y above the look-back', { ...tenInTen, groups: [{ ...weekdays, lookbackDays: 9 }] }, /groups\[0\]\.poolDays/],
    ['a kind twice', { ...tenInTen, groups: [weekdays, weekdays] }, /'weekday' stands in more than one/],
    ['low use of all', { ...tenInTen, lowUse: { reference: 'pool-mean', fraction: '1' } }, /lowUse\.fraction/],
    ['too few weights', { ...tenInTen, weights: { by: 'rank', values: [1, 1] } }, /weights\.values: .*10/],
    ['no window', { ...tenInTen, adjustment: { ...adjustment, windows: [] } }, /adjustment\.windows/],
    ['a cap that excludes 1', { ...tenInTen, adjustment: { ...adjustment, cap: { min: '1.1', max: '1.2' } } }, /adjustment\.cap/],
    ['a cap in words', { ...tenInTen, adjustment: { ...adjustment, cap: { min: '-20 %', max: '1.2' } } }, /adjustment\.cap: write/],
  ])('%s', (_, method, fault) => {
    expect(checkTerms(method).join('; ')).toMatch(fault)
    expect(() => planBaseline(method, inputOf(story))).toThrow(fault)
  })

  it('an event that ends before it starts', () => {
    expect(() => planBaseline(tenInTen, { ...inputOf(story), eventEndMs: eventStartMs })).toThrow(/eventEndMs: must be after/)
  })
})

describe('a series', () => {
  const one = (startMs: number, wh = 1) => ({ startMs, wh, quality: 'measured' as const })
  it('refuses intervals between grid points, twice at one start, or of broken energy', () => {
    expect(() => buildSeries(0, 3000, 1000, [one(1500)])).toThrow(/does not lie on the grid/)
    expect(() => buildSeries(0, 3000, 1000, [one(1000), one(1000)])).toThrow(/latest revision/)
    expect(() => buildSeries(0, 3000, 1000, [one(1000, 0.5)])).toThrow(/no integer/)
  })
  it('passes over what lies outside its span and leaves the rest missing', () => {
    const series = buildSeries(0, 3000, 1000, [one(-1000), one(1000, 7), one(3000)])
    expect([...series.wh]).toEqual([0, 7, 0])
    expect([...series.quality]).toEqual([0, 1, 0])
  })
})
