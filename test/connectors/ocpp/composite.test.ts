/** Reading a composite schedule back: confirmed, contradicted, or silent. */
import { describe, expect, it } from 'vitest'
import type { CentralResponse } from '../../../connectors/ocpp/central-messages.ts'
import { compositeLimitW, confirmTimeline } from '../../../connectors/ocpp/composite.ts'
import type { Traits } from '../../../connectors/ocpp/traits.ts'
import { ORIGIN_MS } from './arbitraries.ts'

const traits: Traits = { unit: 'A', phases: 3, voltageV: 230, ratedW: 22_080, stackLevel: 1, profileId: 1 }
const event = { startMs: ORIGIN_MS + 60_000, endMs: ORIGIN_MS + 120_000, limitW: 11_040 }

const answer = (limit: number): CentralResponse<'GetCompositeSchedule'> => ({
  status: 'Accepted',
  connectorId: 0,
  scheduleStart: '2026-06-01T14:00:00+02:00',
  chargingSchedule: {
    duration: 200,
    chargingRateUnit: 'A',
    chargingSchedulePeriod: [
      { startPeriod: 0, limit: 32 },
      { startPeriod: 60, limit },
    ],
  },
})

describe('compositeLimitW', () => {
  it('reads the period in force in watts, and nothing outside the schedule', () => {
    const read = (seconds: number) => compositeLimitW(answer(16), ORIGIN_MS + seconds * 1000, traits)
    expect([-1, 0, 59, 60, 199, 200].map(read)).toEqual([undefined, 22_080, 22_080, 11_040, 11_040, undefined])
  })
})

describe('confirmTimeline', () => {
  it('confirms the limit asked for, and a lower one', () => {
    expect(confirmTimeline(answer(16), [event], traits)).toEqual({ kind: 'confirmed' })
    expect(confirmTimeline(answer(0), [event], traits)).toEqual({ kind: 'confirmed' })
  })

  it('contradicts where the station means to draw more', () => {
    expect(confirmTimeline(answer(20), [event], traits)).toEqual({
      kind: 'contradicted',
      atMs: event.startMs,
      askedW: 11_040,
      readW: 13_800,
    })
  })

  it('is silent where the station refused, or shows another time', () => {
    expect(confirmTimeline({ status: 'Rejected' }, [event], traits)).toEqual({ kind: 'silent' })
    expect(confirmTimeline(answer(16), [{ ...event, startMs: ORIGIN_MS + 999_000 }], traits)).toEqual({ kind: 'silent' })
  })
})
