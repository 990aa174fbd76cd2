/** Stations and timelines to try the profile rendering with. */
import fc from 'fast-check'
import type { Segment } from '../../../../connectors/ocpp/limits/schedule.ts'
import type { Traits } from '../../../../connectors/ocpp/limits/traits.ts'

export const ORIGIN_MS = Date.UTC(2026, 5, 1, 12)

export const traits: fc.Arbitrary<Traits> = fc
  .record(
    {
      version: fc.constant('1.6' as const),
      unit: fc.constantFrom('W' as const, 'A' as const),
      phases: fc.constantFrom(1 as const, 2 as const, 3 as const),
      voltageV: fc.constantFrom(110, 120, 220, 230, 240),
      ratedW: fc.integer({ min: 1_000, max: 50_000 }),
      standingLimitW: fc.double({ min: 0, max: 50_000, noNaN: true }),
      minChargingA: fc.constantFrom(6, 8, 10),
      maxPeriods: fc.integer({ min: 3, max: 30 }),
      stackLevel: fc.integer({ min: 1, max: 9 }),
      profileId: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      replacesStanding: fc.boolean(),
    },
    { requiredKeys: ['version', 'unit', 'phases', 'voltageV', 'ratedW', 'stackLevel', 'profileId'] },
  )
  .map((record) => record as Traits)

/** Up to ten segments around the origin that touch or lie apart, in any order, not always on whole seconds. */
export const segments: fc.Arbitrary<Segment[]> = fc
  .array(
    fc.record({
      gapMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 7_200_000 })),
      lengthMs: fc.oneof(
        fc.integer({ min: 1, max: 3_000 }),
        fc.integer({ min: 1, max: 240 }).map((minutes) => minutes * 60_000),
      ),
      limitW: fc.oneof(fc.constantFrom(0, 1380, 4140, 11_040), fc.double({ min: 0, max: 60_000, noNaN: true })),
    }),
    { maxLength: 10 },
  )
  .map((parts) => {
    let atMs = ORIGIN_MS
    return parts.map(({ gapMs, lengthMs, limitW }) => {
      const startMs = atMs + gapMs
      atMs = startMs + lengthMs
      return { startMs, endMs: atMs, limitW }
    })
  })
  .chain((ordered) => fc.shuffledSubarray(ordered, { minLength: ordered.length }))

/** Before, within or after the timeline. */
export const nowMs = fc.integer({ min: -3_600_000, max: 12 * 3_600_000 }).map((offsetMs) => ORIGIN_MS + offsetMs)
