/** Token buckets: what a rate lets through over time, and what it makes wait. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTokenBucket } from '../../../../connectors/ocpp/server/token-bucket.ts'

describe('a bucket', () => {
  it('lets a burst through, then one for each token that has come in', () => {
    let nowMs = 0
    const bucket = createTokenBucket({ perS: 10, burst: 3 }, () => nowMs)
    expect([1, 2, 3, 4].map(() => bucket.tryTake())).toEqual([true, true, true, false])
    nowMs = 99
    expect(bucket.tryTake()).toBe(false)
    nowMs = 100
    expect([bucket.tryTake(), bucket.tryTake()]).toEqual([true, false])
  })

  it('says how long a debt takes, and that grows with each more', () => {
    const bucket = createTokenBucket({ perS: 10, burst: 2 }, () => 0)
    expect([1, 2, 3, 4].map(() => bucket.take())).toEqual([0, 0, 100, 200])
  })

  it('property: never more than the burst and the rate in any time, and no token is kept from who waits as told', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 60 })
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 20 }), (waits, perS, burst) => {
        let nowMs = 0
        const bucket = createTokenBucket({ perS, burst }, () => nowMs)
        let taken = 0
        for (const waitMs of waits) {
          nowMs += waitMs
          if (bucket.tryTake()) taken += 1
          expect(taken).toBeLessThanOrEqual(burst + (nowMs * perS) / 1000 + 1e-6)
        }
        nowMs += bucket.take()
        nowMs += Math.ceil(1000 / perS) + 1
        expect(bucket.tryTake()).toBe(true)
      }),
    )
  })
})
