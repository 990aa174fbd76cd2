/** Laws of the plan, for any events, devices and times. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DeviceState } from '../../../schemas/enrollment.ts'
import type { ProgramTerms } from '../../../schemas/program-terms.ts'
import type { Program } from '../../../schemas/programs.ts'
import type { UtilityEvent } from '../../../schemas/utility.ts'
import { aDevice, anEnrollment } from '../../build/devices.ts'
import { anEvent, anInterval, MINUTE_MS, NOON_MS } from '../../build/events.ts'
import { aProgram } from '../../build/terms.ts'
import { decideOn, ledgerAfter, outcomesOf, timelineOf } from './planning.ts'

const at = (minutes: number): number => NOON_MS + minutes * MINUTE_MS
const names = ['A', 'B', 'C'] as const
const minute = fc.integer({ min: -120, max: 600 })

const terms: fc.Arbitrary<Partial<ProgramTerms>> = fc.record({
  precedence: fc.integer({ min: 1, max: 2 }),
  startStaggerS: fc.constantFrom(0, 300),
  releaseStaggerS: fc.constantFrom(0, 300),
  rampS: fc.constantFrom(0, 120),
  maxEventsPerDay: fc.constantFrom(null, 1, 2),
  restS: fc.constantFrom(0, 1800),
  minDurationS: fc.constant(0),
})
const programs: fc.Arbitrary<readonly Program[]> = fc
  .tuple(terms, terms, terms)
  .map((all) => all.map((each, index) => aProgram(names[index] ?? 'A', each)))

const event = (eventId: string): fc.Arbitrary<UtilityEvent> =>
  fc
    .record({
      programId: fc.constantFrom(...names),
      start: fc.integer({ min: 0, max: 300 }),
      lengths: fc.array(fc.integer({ min: 5, max: 60 }), { minLength: 1, maxLength: 3 }),
      levels: fc.array(fc.constantFrom('1', '2', '3'), { minLength: 3, maxLength: 3 }),
      rank: fc.integer({ min: 1, max: 3 }),
      randomizeStartS: fc.constantFrom(0, 0, 600),
      test: fc.constantFrom('none' as const, 'drill' as const),
    })
    .map(({ start, lengths, levels, ...rest }) => {
      const ends = lengths.map((_, index) => start + lengths.slice(0, index + 1).reduce((sum, length) => sum + length, 0))
      const intervals = ends.map((end, index) => anInterval(at(ends[index - 1] ?? start), at(end), levels[index] ?? '1'))
      return anEvent({ eventId, intervals, receivedMs: at(-180), ...rest })
    })
const events = fc.integer({ min: 0, max: 4 }).chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => event(`e${index}`))))

const period = fc
  .tuple(minute, fc.option(fc.integer({ min: 1, max: 200 })))
  .map(([from, length]) => ({ fromMs: at(from), untilMs: length === null ? null : at(from + length) }))

const device = (known: readonly Program[]): fc.Arbitrary<DeviceState> =>
  fc
    .record({
      deviceId: fc.constantFrom('d-1', 'd-2', 'd-3'),
      standingLimitW: fc.option(fc.integer({ min: 0, max: 12_000 })),
      suspensions: fc.array(
        period.map((one) => ({ programId: null, held: false, ...one })),
        { maxLength: 1 },
      ),
      optOuts: fc.array(
        period.map((one) => ({ eventId: 'e0', actor: 'customer' as const, ...one })),
        { maxLength: 1 },
      ),
      enrolled: fc.subarray([...names], { minLength: 1 }),
    })
    .map(({ standingLimitW, enrolled, ...rest }) =>
      aDevice({ ...rest, programs: known, attributes: { standingLimitW }, enrollments: enrolled.map((id) => anEnrollment(id)) }),
    )

const scenes = programs.chain((known) =>
  fc.record({ programs: fc.constant(known), events, device: device(known), nowMs: minute.map(at), laterMs: minute.map(at) }),
)

const law = (check: (scene: typeof scenes extends fc.Arbitrary<infer S> ? S : never) => void): void =>
  fc.assert(fc.property(scenes, check), { numRuns: 400 })

describe('any plan', () => {
  it('has segments that never overlap, never exceed the standing limit, and have not ended', () => {
    law(({ device, nowMs, ...scene }) => {
      const segments = decideOn(device, { ...scene, nowMs }).command?.segments ?? []
      for (const [index, segment] of segments.entries()) {
        expect(segment.startMs).toBeLessThan(segment.endMs)
        expect(segment.endMs).toBeGreaterThan(nowMs)
        expect(segment.limitW).toBeLessThanOrEqual(device.attributes.standingLimitW ?? Number.POSITIVE_INFINITY)
        expect(segment.startMs).toBeGreaterThanOrEqual(segments[index - 1]?.endMs ?? 0)
      }
    })
  })

  it('has no segment outside its event, but for ramp, randomization and stagger', () => {
    law(({ device, ...scene }) => {
      for (const { eventId, startMs, endMs } of decideOn(device, scene).command?.segments ?? []) {
        const event = scene.events.find((one) => one.eventId === eventId)
        const terms = scene.programs.find(({ programId }) => programId === event?.programId)?.versions[0]?.terms
        if (!event || !terms) throw new Error(`segment of unknown event ${eventId}`)
        expect(startMs).toBeGreaterThanOrEqual(event.startMs - terms.rampS * 1000)
        expect(endMs).toBeLessThanOrEqual(event.endMs + Math.max(event.randomizeStartS, terms.releaseStaggerS) * 1000)
      }
    })
  })

  it('does not depend on the order of what it is given', () => {
    law(({ device, ...scene }) => {
      const turned = { ...scene, events: scene.events.toReversed(), programs: scene.programs.toReversed() }
      expect(decideOn(device, turned)).toEqual(decideOn(device, scene))
    })
  })

  it('changes nothing when it is made twice', () => {
    law(({ device, ...scene }) => {
      const told = ledgerAfter(decideOn(device, scene))
      expect(decideOn(device, scene, told)).toMatchObject({ command: null, ledger: null })
    })
  })

  it('sends nothing as time alone goes by', () => {
    law(({ device, laterMs, ...scene }) => {
      const told = ledgerAfter(decideOn(device, scene))
      expect(decideOn(device, { ...scene, nowMs: Math.max(scene.nowMs, laterMs) }, told).command).toBeNull()
    })
  })

  it('says one thing of each event of the programs that know the device', () => {
    law(({ device, ...scene }) => {
      const own = scene.events.filter(({ programId }) => device.enrollments.some((one) => one.programId === programId))
      expect(Object.keys(outcomesOf(decideOn(device, scene))).sort()).toEqual(own.map(({ eventId }) => eventId).sort())
    })
  })

  it('comes out the same whatever was told before, when no limit counts events', () => {
    law(({ device, ...scene }) => {
      const unlimited = scene.programs.map(({ programId, versions }) =>
        aProgram(programId, { ...versions[0]?.terms, maxEventsPerDay: null, restS: 0, minUsefulS: 0 }),
      )
      const fewer = { ...scene, programs: unlimited, events: scene.events.slice(1) }
      const told = ledgerAfter(decideOn(device, fewer))
      const fresh = decideOn(device, { ...scene, programs: unlimited })
      const changed = decideOn(device, { ...scene, programs: unlimited }, told)
      if (changed.command) expect(timelineOf(changed)).toEqual(timelineOf(fresh) ?? [])
      else expect(told.segments).toEqual(fresh.ledger?.segments ?? [])
    })
  })

  it('is empty when everything is cancelled and no stagger holds an end back', () => {
    law(({ device, ...scene }) => {
      const calm = scene.programs.map(({ programId, versions }) => aProgram(programId, { ...versions[0]?.terms, releaseStaggerS: 0 }))
      const plain = scene.events.map((event) => ({ ...event, randomizeStartS: 0 }))
      const told = ledgerAfter(decideOn(device, { ...scene, programs: calm, events: plain }))
      const cancelled = plain.map((event) => ({ ...event, revision: 2, kind: 'cancelled' as const, receivedMs: scene.nowMs }))
      const decision = decideOn(device, { ...scene, programs: calm, events: [...plain, ...cancelled] }, told)
      expect(ledgerAfter(decision, told).segments).toEqual([])
      expect(decision.command === null).toBe(told.segments.length === 0)
    })
  })
})
