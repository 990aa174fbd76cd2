/** A read-back counts as applied only where it shows what was asked. */
import { describe, expect, test } from 'vitest'
import type { Schedule } from '../../../../connectors/ocpp/limits/charging-schedule.ts'
import { compareSchedules, secondsToAsk } from '../../../../connectors/ocpp/limits/read-back.ts'
import type { ChargingSchedule } from '../../../../connectors/ocpp/v16/charging-profile.ts'
import { dialect16 } from '../../../../connectors/ocpp/v16/dialect.ts'
import { form16 } from '../../../../connectors/ocpp/v16/profile-form.ts'
import { HOUR_MS, NOW_MS } from '../build.ts'

const asked: Schedule = {
  unit: 'A',
  startMs: NOW_MS,
  durationS: 7200,
  periods: [
    { startPeriod: 0, limit: 16 },
    { startPeriod: 3600, limit: 8 },
  ],
}

const answer = (
  periods: ChargingSchedule['chargingSchedulePeriod'],
  changes: Partial<ChargingSchedule> = {},
  startMs = NOW_MS + 60_000,
) => ({
  status: 'Accepted' as const,
  scheduleStart: new Date(startMs).toISOString(),
  chargingSchedule: { duration: 7140, chargingRateUnit: 'A' as const, chargingSchedulePeriod: periods, ...changes },
})

const read = (given: object) => compareSchedules(asked, form16.compositeIn(given))
const holds = (given: object) => read(given).holds

describe('the comparison', () => {
  test('holds where every instant shows what was asked, or less', () => {
    expect(
      holds(
        answer([
          { startPeriod: 0, limit: 16 },
          { startPeriod: 3540, limit: 8 },
        ]),
      ),
    ).toBe('yes')
    expect(holds(answer([{ startPeriod: 0, limit: 6 }]))).toBe('yes')
  })

  test('holds whatever is said of phases', () => {
    expect(
      holds(
        answer([
          { startPeriod: 0, limit: 16, numberPhases: 1 },
          { startPeriod: 3540, limit: 8, numberPhases: 3 },
        ]),
      ),
    ).toBe('yes')
  })

  test('does not hold where one instant shows more, and says which', () => {
    const checked = read(answer([{ startPeriod: 0, limit: 16 }]))
    expect(checked).toEqual({ holds: 'no', detail: expect.stringContaining('16 A at 2026-07-01T13:00:00.000Z, asked for 8') })
  })

  test('does not hold where the begin of the answer already shows more', () => {
    expect(
      holds(
        answer([
          { startPeriod: 0, limit: 32 },
          { startPeriod: 3540, limit: 8 },
        ]),
      ),
    ).toBe('no')
  })

  test.each([
    ['a refusal', { status: 'Rejected' as const }],
    ['no schedule', { status: 'Accepted' as const }],
    ['another unit', answer([{ startPeriod: 0, limit: 3_680 }], { chargingRateUnit: 'W' })],
    ['other times', answer([{ startPeriod: 0, limit: 0 }], {}, NOW_MS + 10 * HOUR_MS)],
  ])('shows nothing by %s', (_, given) => {
    expect(holds(given)).toBe('unknown')
  })

  test('is not made of a time that cannot be read: such an answer breaks its schema', () => {
    const given = { ...answer([{ startPeriod: 0, limit: 0 }]), scheduleStart: 'soon' }
    expect(dialect16.readResponse('GetCompositeSchedule', given)).toMatchObject({ ok: false, fault: { path: 'scheduleStart' } })
  })
})

describe('the question', () => {
  test('reaches from now to the end of the schedule, in its unit', () => {
    expect(secondsToAsk(asked, NOW_MS + HOUR_MS)).toBe(3600)
    expect(secondsToAsk(asked, NOW_MS - HOUR_MS)).toBe(3 * 3600)
    const { payloadJson } = form16.askComposite(asked.unit, 3600)
    expect(JSON.parse(payloadJson)).toEqual({ connectorId: 0, duration: 3600, chargingRateUnit: 'A' })
  })

  test('stays within a second and two days', () => {
    expect(secondsToAsk(asked, NOW_MS + 10 * HOUR_MS)).toBe(1)
    expect(secondsToAsk({ ...asked, durationS: undefined }, NOW_MS)).toBe(172_800)
  })
})
