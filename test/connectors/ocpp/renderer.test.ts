/** What dispatch decides reaches the station as it was decided: every instant of a timeline, never above what the station may draw. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createCommandReader } from '../../../connectors/ocpp/limits/read-command.ts'
import { nextCallMs } from '../../../connectors/ocpp/limits/wire-command.ts'
import { createOcppRenderer } from '../../../connectors/ocpp/renderer.ts'
import { RELEASE } from '../../../processors/dispatch/renderer.ts'
import type { Segment } from '../../../schemas/dispatch.ts'
import type { DeviceAttributes } from '../../../schemas/enrollment.ts'
import { type Installed, install, limitW, type Profile } from '../../fleet/ocpp/charging-profile.ts'
import { aSegment, HOUR_MS, NOW_MS, someAttributes } from './build.ts'

const renderer = createOcppRenderer()
const levels = [
  { level: '1', limitW: 5_520 },
  { level: '2', limitW: 0 },
]

function templatesOf(attributes: DeviceAttributes): ReadonlyMap<string, Buffer> {
  const rendered = renderer.render(attributes, levels)
  if ('fault' in rendered) throw new Error(rendered.fault)
  return new Map(rendered.map(({ level, payload }) => [level, payload]))
}

const attributesOf = fc
  .record({
    limitUnit: fc.constantFrom('W' as const, 'A' as const),
    phases: fc.constantFrom(1, 2, 3),
    ratedW: fc.integer({ min: 5_000, max: 22_000 }),
    standingLimitW: fc.option(fc.integer({ min: 4_000, max: 22_000 })),
    maxPeriods: fc.integer({ min: 1, max: 12 }),
  })
  .map(({ maxPeriods, ...changes }) => someAttributes({ ...changes, extra: { maxPeriods: String(maxPeriods) } }))

/** Segments of whole minutes in order, some touching, some apart. */
const timelines = fc
  .array(
    fc.record({ gap: fc.constantFrom(0, 0, 1, 30), length: fc.integer({ min: 1, max: 90 }), limitW: fc.integer({ min: 0, max: 30_000 }) }),
    {
      minLength: 1,
      maxLength: 20,
    },
  )
  .map((parts) => {
    let atMs = NOW_MS
    return parts.map(({ gap, length, limitW: watts }, index): Segment => {
      const startMs = atMs + gap * 60_000
      atMs = startMs + length * 60_000
      return aSegment(startMs, atMs, watts, index % 2 === 0 ? '1' : '2')
    })
  })

/** What a station obeys at each minute that is told what is due when it is due, by its own rules. */
function followed(payload: Buffer, untilMs: number, attributes: DeviceAttributes): ReadonlyMap<number, number> {
  const command = createCommandReader()(payload)
  if (!command) throw new Error('unreadable')
  let installed: readonly Installed[] = []
  let dueMs: number | undefined = NOW_MS
  const limits = new Map<number, number>()
  for (let atMs = NOW_MS; atMs < untilMs; atMs += 60_000) {
    while (dueMs !== undefined && dueMs <= atMs) {
      const body = JSON.parse(command.callAt(atMs).payloadJson) as { connectorId: number; csChargingProfiles: Profile }
      installed = install(installed, { connectorId: 0, profile: body.csChargingProfiles, installedMs: atMs })
      dueMs = nextCallMs(command.wire, atMs)
    }
    limits.set(atMs, limitW(installed, atMs, attributes.voltageV))
  }
  return limits
}

describe('a timeline', () => {
  test('is obeyed at every minute, also by stations that take few periods', () => {
    fc.assert(
      fc.property(attributesOf, timelines, (attributes, timeline) => {
        const { ratedW, standingLimitW, limitUnit, phases, voltageV } = attributes
        const mostW = standingLimitW ?? ratedW
        const stepW = limitUnit === 'W' ? 0.1 : 0.1 * phases * voltageV
        const endMs = timeline.at(-1)?.endMs ?? 0
        for (const [atMs, heldW] of followed(renderer.fill(timeline, templatesOf(attributes)), endMs, attributes)) {
          const segment = timeline.find(({ startMs, endMs: until }) => startMs <= atMs && atMs < until)
          if (!segment) continue
          const askedW = Math.min(segment.limitW, mostW)
          expect(heldW).toBeLessThanOrEqual(askedW + 1e-6)
          expect(heldW).toBeGreaterThan(askedW - stepW - 1e-6)
        }
      }),
      { numRuns: 200 },
    )
  })

  test('never asks a station for more periods than it takes', () => {
    fc.assert(
      fc.property(attributesOf, timelines, (attributes, timeline) => {
        const command = createCommandReader()(renderer.fill(timeline, templatesOf(attributes)))
        const calls = [command?.wire, ...(command?.wire.later ?? [])]
        for (const call of calls) {
          const { csChargingProfiles } = JSON.parse(call?.payload ?? '{}') as { csChargingProfiles: Profile }
          expect(csChargingProfiles.chargingSchedule.chargingSchedulePeriod.length).toBeLessThanOrEqual(Number(attributes.extra.maxPeriods))
        }
      }),
    )
  })

  test('that is empty clears our profile by its id', () => {
    expect(renderer.fill([], templatesOf(someAttributes({ extra: { profileId: '42' } }))).toString()).toBe(
      '{"action":"ClearChargingProfile","payload":{"id":42}}',
    )
  })

  test('that is empty puts the standing limit back where our profile took its place', () => {
    const attributes = someAttributes({ standingLimitW: 8_000, extra: { replacesStanding: 'true' } })
    const { action, payload } = JSON.parse(renderer.fill([], templatesOf(attributes)).toString())
    expect(action).toBe('SetChargingProfile')
    const installed = [{ connectorId: 0, profile: payload.csChargingProfiles as Profile, installedMs: NOW_MS }]
    expect(limitW(installed, NOW_MS, 230)).toBe(8_000)
  })

  test('of a level that was not rendered says which', () => {
    const timeline = [aSegment(NOW_MS, NOW_MS + HOUR_MS, 0, '3')]
    expect(() => renderer.fill(timeline, templatesOf(someAttributes()))).toThrow('level 3')
  })
})

describe('equal inputs give equal bytes', () => {
  test('of templates, whatever renders them', () => {
    const all = [someAttributes(), someAttributes({ vendor: 'other' })].map((attributes) => createOcppRenderer().render(attributes, levels))
    expect(all[0]).toEqual(all[1])
  })

  test('of timelines, whatever was filled before', () => {
    const timeline = [aSegment(NOW_MS, NOW_MS + HOUR_MS, 5_520)]
    const first = renderer.fill(timeline, templatesOf(someAttributes()))
    renderer.fill(timeline, templatesOf(someAttributes({ limitUnit: 'A' })))
    expect(renderer.fill(timeline, templatesOf(someAttributes()))).toEqual(first)
    expect(createOcppRenderer().fill(timeline, templatesOf(someAttributes()))).toEqual(first)
  })
})

describe('templates', () => {
  test('state the limit that the station will be asked for', () => {
    const rendered = renderer.render(someAttributes({ minimumW: 4_140, standingLimitW: 5_000 }), levels)
    if ('fault' in rendered) throw new Error(rendered.fault)
    expect(rendered.map(({ level, limitW: watts }) => [level, watts])).toEqual([
      ['1', 5_000],
      ['2', 4_140],
      [RELEASE, 5_000],
    ])
  })

  test.each([
    [{ limitUnit: 'percent' as const }, 'attributes.limitUnit'],
    [{ phases: 4 }, 'attributes.phases'],
    [{ voltageV: 0 }, 'attributes.voltageV'],
    [{ extra: { maxPeriods: '0' } }, 'attributes.extra.maxPeriods'],
    [{ extra: { stackLevel: '-1' } }, 'attributes.extra.stackLevel'],
    [{ extra: { profileId: '4294967296' } }, 'attributes.extra.profileId'],
  ])('of %j are refused, naming the field', (changes, field) => {
    expect(renderer.render(someAttributes(changes), levels)).toEqual({ fault: expect.stringContaining(field) })
  })
})
