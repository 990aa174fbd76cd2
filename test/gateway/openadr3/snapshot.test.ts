/** Polls keep every byte of every answer, whatever is in them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packSnapshot, unpackSnapshot } from '../../../gateway/openadr3/snapshot.ts'
import { WireFault } from '../../../gateway/openadr3/wire-fault.ts'

const parts = fc.array(
  fc.record({
    path: fc.webPath().map((path) => `events${path}?skip=0`),
    contentType: fc.constantFrom('application/json', 'application/json; charset=utf-8', ''),
    body: fc.uint8Array({ maxLength: 200 }),
  }),
)

describe('a snapshot', () => {
  it('gives back what was put in', () => {
    fc.assert(
      fc.property(parts, (given) => {
        const back = unpackSnapshot(packSnapshot(given))
        expect(back.map(({ path, contentType, body }) => ({ path, contentType, body: new Uint8Array(body) }))).toEqual(given)
      }),
    )
  })

  it('is the same for the same parts, and another for others', () => {
    const one = { path: 'events?skip=0', contentType: 'application/json', body: Buffer.from('[]') }
    expect(packSnapshot([one]).body).toEqual(packSnapshot([{ ...one }]).body)
    expect(packSnapshot([one]).body).not.toEqual(packSnapshot([{ ...one, path: 'events?skip=50' }]).body)
  })

  it('of many events fits into a record, and comes back whole', () => {
    const body = Buffer.from(JSON.stringify(Array.from({ length: 10_000 }, (_, n) => ({ id: `event-${n}`, payloads: 'x'.repeat(900) }))))
    const packed = packSnapshot([{ path: 'events', contentType: 'application/json', body }])
    expect(body.length).toBeGreaterThan(8_000_000)
    expect(packed.body.length).toBeLessThan(4_000_000)
    expect(body.equals(unpackSnapshot(packed)[0]?.body ?? Buffer.alloc(0))).toBe(true)
  })

  it('that was cut is damaged, wherever it was cut', () => {
    const { contentType, body } = packSnapshot([{ path: 'events', contentType: 'application/json', body: Buffer.from('[1,2]') }])
    for (let length = 1; length < body.length; length++)
      expect(() => unpackSnapshot({ contentType, body: body.subarray(0, length) })).toThrow(WireFault)
  })
})
