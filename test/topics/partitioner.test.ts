/** The partitioner agrees with Java's client. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { murmur2, partitionOf } from '../../topics/partitioner.ts'

describe('murmur2', () => {
  // The vectors of Apache Kafka's own test of Utils.murmur2.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as Java does', (text, hash) => {
    expect(murmur2(Buffer.from(text))).toBe(hash)
  })
})

describe('partitionOf', () => {
  it('clears the sign bit before it divides', () => {
    expect(partitionOf('21', 7)).toBe((-973932308 & 0x7fffffff) % 7)
  })

  it('always names a partition that exists', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 1000 }), (key, partitions) => {
        const partition = partitionOf(key, partitions)
        return Number.isInteger(partition) && partition >= 0 && partition < partitions
      }),
    )
  })
})
