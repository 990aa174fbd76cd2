/** Profiles of OCPP 2.0.1 say what those of 1.6 say, in the words of their version. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fillTimeline, renderTemplate } from '../../../../connectors/ocpp/limits/render.ts'
import { parseTemplate } from '../../../../connectors/ocpp/limits/template.ts'
import type { Traits } from '../../../../connectors/ocpp/limits/traits.ts'
import { form16 } from '../../../../connectors/ocpp/v16/profile-form.ts'
import { form201 } from '../../../../connectors/ocpp/v201/profile-form.ts'
import { nowMs, ORIGIN_MS, segments, traits } from '../limits/arbitraries.ts'

function fill(timeline: readonly { startMs: number; endMs: number; limitW: number }[], station: Traits, now: number) {
  const template = parseTemplate(renderTemplate('slot', station))
  const release = parseTemplate(renderTemplate('release', station))
  return fillTimeline(
    timeline.map((segment) => ({ ...segment, template })),
    release,
    now,
  )
}

test('property: the same schedule, in the same pieces, for every timeline and station', () => {
  fc.assert(
    fc.property(segments, traits, nowMs, (timeline, station, now) => {
      const old = fill(timeline, { ...station, version: '1.6' }, now)
      const young = fill(timeline, { ...station, version: '2.0.1' }, now)
      expect({ ...young, payloadJson: '' }).toEqual({ ...old, payloadJson: '' })
      if (old.action === 'SetChargingProfile')
        expect(form201.scheduleIn(JSON.parse(young.payloadJson))).toEqual(form16.scheduleIn(JSON.parse(old.payloadJson)))
    }),
    { numRuns: 300 },
  )
})

const station: Traits = { version: '2.0.1', unit: 'A', phases: 1, voltageV: 230, ratedW: 7360, stackLevel: 3, profileId: 77 }

test('a limit is one bounded absolute schedule for the whole station, with its start and without a null', () => {
  const { payloadJson } = fill([{ startMs: ORIGIN_MS, endMs: ORIGIN_MS + 3_600_000, limitW: 5000 }], station, ORIGIN_MS)
  expect(JSON.parse(payloadJson)).toEqual({
    evseId: 0,
    chargingProfile: {
      id: 77,
      stackLevel: 3,
      chargingProfilePurpose: 'ChargingStationMaxProfile',
      chargingProfileKind: 'Absolute',
      chargingSchedule: [
        {
          id: 1,
          duration: 3600,
          startSchedule: '2026-06-01T12:00:00Z',
          chargingRateUnit: 'A',
          chargingSchedulePeriod: [{ startPeriod: 0, limit: 21.7, numberPhases: 1 }],
        },
      ],
    },
  })
})

test('a release clears our own id and nothing else; where ours took the place of a standing limit, that is put back', () => {
  expect(fill([], station, ORIGIN_MS)).toMatchObject({ action: 'ClearChargingProfile', payloadJson: '{"chargingProfileId":77}' })
  const standing = fill([], { ...station, standingLimitW: 3680, replacesStanding: true }, ORIGIN_MS)
  expect(form201.scheduleIn(JSON.parse(standing.payloadJson))).toEqual({
    unit: 'A',
    startMs: Date.UTC(2000, 0, 1),
    durationS: undefined,
    periods: [{ startPeriod: 0, limit: 16, numberPhases: 1 }],
  })
})
