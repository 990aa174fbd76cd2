/** A read-back counts as applied only where it shows what was asked. */
import { describe, expect, test } from 'vitest'
import { askForSchedule, compareSchedules } from '../../../../connectors/ocpp/limits/read-back.ts'
import type { ChargingSchedule } from '../../../../connectors/ocpp/v16/charging-profile.ts'
import { HOUR_MS, NOW_MS } from '../build.ts'

const asked: ChargingSchedule = {
  duration: 7200,
  startSchedule: new Date(NOW_MS).toISOString(),
  chargingRateUnit: 'A',
  chargingSchedulePeriod: [
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

const holds = (given: Parameters<typeof compareSchedules>[2]) => compareSchedules(asked, NOW_MS, given).holds

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
    const checked = compareSchedules(asked, NOW_MS, answer([{ startPeriod: 0, limit: 16 }]))
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
    ['a time that cannot be read', { ...answer([{ startPeriod: 0, limit: 0 }]), scheduleStart: 'soon' }],
  ])('shows nothing by %s', (_, given) => {
    expect(holds(given)).toBe('unknown')
  })
})

describe('the question', () => {
  test('reaches from now to the end of the schedule, in its unit', () => {
    expect(JSON.parse(askForSchedule(asked, NOW_MS, NOW_MS + HOUR_MS))).toEqual({ connectorId: 0, duration: 3600, chargingRateUnit: 'A' })
    expect(JSON.parse(askForSchedule(asked, NOW_MS, NOW_MS - HOUR_MS))).toMatchObject({ duration: 3 * 3600 })
  })

  test('stays within a second and two days', () => {
    expect(JSON.parse(askForSchedule(asked, NOW_MS, NOW_MS + 10 * HOUR_MS))).toMatchObject({ duration: 1 })
    const { duration: _, ...endless } = asked
    expect(JSON.parse(askForSchedule(endless, NOW_MS, NOW_MS))).toMatchObject({ duration: 172_800 })
  })
})
