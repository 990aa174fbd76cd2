/** Devices of a fleet in which many are alike, and events with all that can tell one device from another, for properties. */
import fc from 'fast-check'
import { aDevice, anEnrollment } from '../../build/devices.ts'
import { anEvent, HOUR_MS, NOON_MS } from '../../build/events.ts'
import { aProgram } from '../../build/terms.ts'
import type { Scene } from './planning.ts'

const always = { fromMs: 0, untilMs: null }
const programs = [aProgram('A'), aProgram('B', { precedence: 2 })]

export const device = fc
  .record({
    deviceId: fc.integer({ min: 0, max: 99 }).map((index) => `d-${index}`),
    attributes: fc.record({
      ratedW: fc.constantFrom(7000, 11_000),
      standingLimitW: fc.constantFrom(null, 4000),
      placeId: fc.constantFrom('north', 'south'),
      vendor: fc.constantFrom('acme', 'zeta'),
      model: fc.constantFrom('one', 'one', 'unrenderable'),
    }),
    enrollments: fc
      .subarray(['A', 'B'])
      .chain((ids) =>
        fc
          .tuple(fc.constantFrom(null, 'r-1', 'r-2'), fc.constantFrom(0, 0, NOON_MS + 3 * HOUR_MS))
          .map(([resourceId, fromMs]) => ids.map((id) => anEnrollment(id, { resourceId, fromMs }))),
      ),
    optOuts: fc.constantFrom([], [], [{ eventId: 'a', actor: 'customer' as const, ...always }]),
    suspensions: fc.constantFrom([], [], [{ programId: 'A', held: true, ...always }]),
  })
  .map((options) => aDevice({ programs, ...options }))

export const scene: fc.Arbitrary<Scene> = fc
  .record({
    target: fc.constantFrom('all' as const, 'resource' as const, 'place' as const, 'device' as const),
    holds: fc.subarray([
      { scope: 'vendor' as const, id: 'zeta' },
      { scope: 'place' as const, id: 'north' },
    ]),
    startStaggerS: fc.constantFrom(0, 3),
    randomizeStartS: fc.constantFrom(0, 3),
    thresholdBucket: fc.constantFrom(null, 20),
  })
  .map(({ target, holds, startStaggerS, randomizeStartS, thresholdBucket }) => {
    const ids = { all: [], resource: ['r-1'], place: ['north'], device: ['d-1', 'd-2', 'd-3'] }[target]
    const a = anEvent({
      eventId: 'a',
      programId: 'A',
      targets: [{ kind: target, ids }],
      targetW: thresholdBucket === null ? null : 1,
      randomizeStartS,
    })
    const b = anEvent({ eventId: 'b', programId: 'B', startMs: NOON_MS + 3 * HOUR_MS, endMs: NOON_MS + 5 * HOUR_MS })
    const allocation = {
      eventId: 'a',
      round: 0,
      targetW: 1,
      calledW: 1,
      shortfallW: 0,
      thresholdEvents: 0,
      thresholdBucket: thresholdBucket ?? 0,
      division: null,
    }
    const staggered = [aProgram('A', { startStaggerS }), aProgram('B', { precedence: 2 })]
    return { events: [a, b], programs: staggered, holds, allocations: thresholdBucket === null ? [] : [allocation] }
  })
