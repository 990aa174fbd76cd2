/** Whatever crashes, doubles or comes in another order, the same comes of it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readings } from './toy.ts'
import { outcomeOf, playStory } from './toy-story.ts'

const seed = fc.integer({ min: 0, max: 1 << 30 })
const calm = outcomeOf(playStory())

describe('disorder', () => {
  it('changes nothing when a process dies before the commit of any transaction', () => {
    const { length } = Array.from({ length: playStory().transactions() })
    for (let n = 1; n <= length; n++) expect(outcomeOf(playStory({ crashAfter: n, compactOnCrash: n % 2 === 0 }))).toEqual(calm)
  })

  it('changes nothing when processes die anywhere, compacted or not', () => {
    // Without answers: a question is lost in a crash, and the next tick that asks again may come after the bill.
    fc.assert(
      fc.property(seed, fc.boolean(), (crashAnywhere, compactOnCrash) => {
        expect(outcomeOf(playStory({ crashAnywhere, compactOnCrash, answers: {} }))).toEqual(outcomeOf(playStory({ answers: {} })))
      }),
      { numRuns: 60 },
    )
  })

  it('changes nothing when transactions are of another size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 50 }), (maxRecordsPerTransaction, workBudget) => {
        expect(outcomeOf(playStory({ maxRecordsPerTransaction, workBudget }))).toEqual(calm)
      }),
      { numRuns: 30 },
    )
  })

  it('changes nothing when unrelated keys come in another order', () => {
    fc.assert(
      fc.property(seed, (shuffleUnrelatedKeys) => {
        expect(outcomeOf(playStory({ shuffleUnrelatedKeys }))).toEqual(calm)
      }),
      { numRuns: 30 },
    )
  })

  it('shuffles indeed', () => {
    const order = (shuffleUnrelatedKeys?: number) =>
      playStory({ shuffleUnrelatedKeys })
        .read(readings)
        .map(({ key }) => key)
    expect(order(1)).not.toEqual(order())
    expect(order(1).toSorted()).toEqual(order().toSorted())
  })

  it('counts no watt-hour twice when the edge delivers twice', () => {
    const doubled = playStory({ deliverTwice: true })
    expect(doubled.read(readings)).toHaveLength(2 * playStory().read(readings).length)
    const windowsOf = (outcome: unknown) => (outcome as { windows: unknown }).windows
    expect(windowsOf(outcomeOf(doubled))).toEqual(windowsOf(calm))
  })
})
