/** The rendered schedule, as a charger of its own mind would follow it, against the timeline that was asked for. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Segment } from '../../../../connectors/ocpp/limits/schedule.ts'
import type { Traits } from '../../../../connectors/ocpp/limits/traits.ts'
import { validateCentralRequest } from '../../../../connectors/ocpp/v16/validate.ts'
import { type Installed, install, limitW, type Profile } from '../../../fleet/ocpp/charging-profile.ts'
import { nowMs, ORIGIN_MS, segments, traits } from './arbitraries.ts'
import { type RenderedCall, renderCall } from './rendered.ts'

const HOUR_MS = 3_600_000
const oneHour: Segment = { startMs: ORIGIN_MS, endMs: ORIGIN_MS + HOUR_MS, limitW: 5000 }
const single: Traits = { version: '1.6', unit: 'A', phases: 1, voltageV: 230, ratedW: 7360, stackLevel: 3, profileId: 77 }
const triple: Traits = { ...single, unit: 'W', phases: 3, ratedW: 22_080 }

/** What a charger that has installed the call, over a standing profile where there is one, lets through at an instant. */
function limitAt(call: RenderedCall, standing: Traits, timeMs: number): number {
  const { standingLimitW, replacesStanding, stackLevel, voltageV } = standing
  const below = standingLimitW === undefined ? [] : [standingProfile(standingLimitW, replacesStanding ? stackLevel : 0)]
  return limitW(call.action === 'SetChargingProfile' ? install(below, installed(call)) : below, timeMs, voltageV)
}

function installed({ payload }: Extract<RenderedCall, { action: 'SetChargingProfile' }>): Installed {
  return { connectorId: payload.connectorId, profile: payload.csChargingProfiles as Profile, installedMs: ORIGIN_MS }
}

function standingProfile(limit: number, stackLevel: number): Installed {
  const chargingSchedule = {
    startSchedule: '2000-01-01T00:00:00Z',
    chargingRateUnit: 'W' as const,
    chargingSchedulePeriod: [{ startPeriod: 0, limit }],
  }
  const kind = { chargingProfilePurpose: 'ChargePointMaxProfile' as const, chargingProfileKind: 'Absolute' as const }
  return { connectorId: 0, installedMs: 0, profile: { chargingProfileId: 0, stackLevel, ...kind, chargingSchedule } }
}

/** Each second at which anything begins or ends, the seconds about it, and far off. */
function instants(timeline: readonly Segment[]): number[] {
  const edges = timeline.flatMap(({ startMs, endMs }) => [startMs, endMs, (startMs + endMs) / 2])
  return [
    ORIGIN_MS - 10 * HOUR_MS,
    ORIGIN_MS + 500 * HOUR_MS,
    ...edges.flatMap((edge) => [edge - 1500, edge - 1, edge, edge + 1, edge + 1500]),
  ]
}

describe('renderCall', () => {
  it('renders one event as one bounded absolute schedule on connector 0', () => {
    expect(renderCall([oneHour], single, ORIGIN_MS)).toEqual({
      action: 'SetChargingProfile',
      coversUntilMs: ORIGIN_MS + HOUR_MS,
      truncated: false,
      payload: {
        connectorId: 0,
        csChargingProfiles: {
          chargingProfileId: 77,
          stackLevel: 3,
          chargingProfilePurpose: 'ChargePointMaxProfile',
          chargingProfileKind: 'Absolute',
          chargingSchedule: {
            duration: 3600,
            startSchedule: '2026-06-01T12:00:00Z',
            chargingRateUnit: 'A',
            chargingSchedulePeriod: [{ startPeriod: 0, limit: 21.7, numberPhases: 1 }],
          },
        },
      },
    })
  })

  it('clears by our own id when nothing is left', () => {
    expect(renderCall([], single, ORIGIN_MS)).toEqual({ action: 'ClearChargingProfile', payload: { id: 77 } })
    expect(renderCall([oneHour], single, oneHour.endMs)).toEqual({ action: 'ClearChargingProfile', payload: { id: 77 } })
  })

  it('fills a gap with the rating, or with the standing limit', () => {
    const later = { startMs: oneHour.endMs + HOUR_MS, endMs: oneHour.endMs + 2 * HOUR_MS, limitW: 0 }
    const periods = (station: Traits) => periodsOf(renderCall([later, oneHour], station, ORIGIN_MS))
    expect(periods(triple)).toEqual([
      { startPeriod: 0, limit: 5000 },
      { startPeriod: 3600, limit: 22_080 },
      { startPeriod: 7200, limit: 0 },
    ])
    expect(periods({ ...triple, standingLimitW: 4000 }).map(({ limit }) => limit)).toEqual([4000, 0])
  })

  it('keeps the true start of a segment that has begun, so that the bytes do not change with the time of sending', () => {
    expect(renderCall([oneHour], single, ORIGIN_MS + 60_000)).toEqual(renderCall([oneHour], single, ORIGIN_MS))
  })

  it('asks for the least charging current instead of 0, but never for more than the standing limit', () => {
    const off = [{ ...oneHour, limitW: 0 }]
    expect(periodsOf(renderCall(off, { ...single, minChargingA: 6 }, ORIGIN_MS))).toMatchObject([{ limit: 6 }])
    expect(periodsOf(renderCall(off, { ...single, minChargingA: 6, standingLimitW: 1000 }, ORIGIN_MS))).toMatchObject([{ limit: 4.3 }])
    expect(periodsOf(renderCall(off, single, ORIGIN_MS))).toMatchObject([{ limit: 0 }])
  })

  it('puts the standing limit back where it had to take its place', () => {
    const station: Traits = { ...triple, standingLimitW: 9000, replacesStanding: true }
    const call = renderCall([oneHour], station, ORIGIN_MS)
    expect(periodsOf(call).map(({ limit }) => limit)).toEqual([9000, 5000, 9000])
    expect(limitAt(call, station, ORIGIN_MS - 1000 * HOUR_MS)).toBe(9000)
    expect(limitAt(call, station, ORIGIN_MS + 1000 * HOUR_MS)).toBe(9000)
    expect(limitAt(renderCall([], station, ORIGIN_MS), station, ORIGIN_MS)).toBe(9000)
  })

  it('refuses overlapping segments and limits that are no numbers', () => {
    const overlapping = { ...oneHour, startMs: ORIGIN_MS + 1 }
    expect(() => renderCall([oneHour, overlapping], single, ORIGIN_MS)).toThrow(/overlap/)
    expect(() => renderCall([{ ...oneHour, limitW: Number.NaN }], single, ORIGIN_MS)).toThrow(/limitW/)
  })

  it('property: never above the standing limit at any instant', () => {
    fc.assert(
      fc.property(segments, traits, nowMs, (timeline, station, now) => {
        const call = renderCall(timeline, station, now)
        const ceiling = station.standingLimitW ?? Number.POSITIVE_INFINITY
        for (const timeMs of instants(timeline)) expect(limitAt(call, station, timeMs)).toBeLessThanOrEqual(ceiling + 1e-6)
      }),
      { numRuns: 500 },
    )
  })

  it('property: within each segment the limit asked for, less than a tenth of a unit below it and never above', () => {
    fc.assert(
      fc.property(segments, traits, (timeline, { minChargingA: _, maxPeriods: __, ...station }) => {
        const call = renderCall(timeline, station, ORIGIN_MS)
        const tenthW = station.unit === 'W' ? 0.1 : (station.voltageV * station.phases) / 10
        for (const { startMs, endMs, limitW: asked } of timeline) {
          const middleMs = Math.floor((startMs + endMs) / 2000) * 1000
          if (middleMs < startMs || middleMs + 1000 > endMs) continue
          const wanted = Math.min(asked, station.standingLimitW ?? station.ratedW)
          const got = limitAt(call, station, middleMs)
          expect(got).toBeLessThanOrEqual(wanted + 1e-6)
          expect(got).toBeGreaterThan(wanted - tenthW - 1e-6)
        }
      }),
    )
  })

  it('property: our own limit is gone after the last segment', () => {
    fc.assert(
      fc.property(segments, traits, (timeline, station) => {
        const afterMs = Math.max(ORIGIN_MS, ...timeline.map(({ endMs }) => endMs)) + 1000
        const free = station.replacesStanding
          ? (station.standingLimitW ?? station.ratedW)
          : (station.standingLimitW ?? Number.POSITIVE_INFINITY)
        const got = limitAt(renderCall(timeline, station, ORIGIN_MS), station, afterMs)
        expect(got).toBeLessThanOrEqual(free + 1e-6)
        if (free !== Number.POSITIVE_INFINITY) expect(got).toBeGreaterThan(free - station.voltageV * station.phases)
      }),
    )
  })

  it('property: valid by the schema, within the periods of the station, and truncated only where they run out', () => {
    fc.assert(
      fc.property(segments, traits, nowMs, (timeline, station, now) => {
        const call = renderCall(timeline, station, now)
        expect(validateCentralRequest(call.action, call.payload)).toMatchObject({ ok: true })
        if (call.action === 'ClearChargingProfile') return
        expect(periodsOf(call).length).toBeLessThanOrEqual(station.maxPeriods ?? Number.POSITIVE_INFINITY)
        expect(periodsOf(call)[0]?.startPeriod).toBe(0)
        const { maxPeriods: _, ...unbounded } = station
        const whole = renderCall(timeline, unbounded, now)
        if (call.truncated) expect(whole).toMatchObject({ truncated: false, coversUntilMs: expect.any(Number) })
        else expect(call).toEqual(whole)
      }),
    )
  })
})

function periodsOf(call: RenderedCall) {
  if (call.action !== 'SetChargingProfile') throw new Error('expected a SetChargingProfile')
  return call.payload.csChargingProfiles.chargingSchedule.chargingSchedulePeriod
}
