/** The chargers' own rules of stacking: highest level within a purpose, least across purposes, nothing after the end. */
import { describe, expect, it } from 'vitest'
import { boundaries, clear, type Installed, install, limitW, type Profile } from './charging-profile.ts'

const START_MS = Date.UTC(2026, 5, 1, 12)
const at = (seconds: number) => START_MS + seconds * 1000

function profile(
  id: number,
  stackLevel: number,
  limit: number,
  more: Partial<Profile> = {},
  schedule: Partial<Profile['chargingSchedule']> = {},
): Installed {
  return {
    connectorId: 0,
    installedMs: START_MS,
    profile: {
      chargingProfileId: id,
      stackLevel,
      chargingProfilePurpose: 'ChargePointMaxProfile',
      chargingProfileKind: 'Absolute',
      ...more,
      chargingSchedule: {
        startSchedule: new Date(START_MS).toISOString(),
        duration: 100,
        chargingRateUnit: 'W',
        chargingSchedulePeriod: [{ startPeriod: 0, limit }],
        ...schedule,
      },
    },
  }
}

describe('limitW', () => {
  it('lets the highest valid stack level rule, and the next when it ends', () => {
    const stack = [profile(1, 0, 9000, {}, { duration: 1000 }), profile(2, 3, 11_000), profile(3, 1, 500, {}, { duration: 50 })]
    expect([-1, 0, 99, 100, 1000].map((s) => limitW(stack, at(s), 230))).toEqual([Infinity, 11_000, 11_000, 9000, Infinity])
  })

  it('takes the least across purposes, and a TxProfile over a TxDefaultProfile', () => {
    const max = profile(1, 0, 9000)
    const normal = profile(2, 0, 5000, { chargingProfilePurpose: 'TxDefaultProfile' })
    const running = profile(3, 0, 7000, { chargingProfilePurpose: 'TxProfile' })
    expect(limitW([max, normal], at(1), 230)).toBe(5000)
    expect(limitW([max, normal, running], at(1), 230)).toBe(7000)
  })

  it('follows periods, and reads A per phase, three unless told otherwise', () => {
    const chargingSchedulePeriod = [
      { startPeriod: 0, limit: 10 },
      { startPeriod: 30, limit: 6, numberPhases: 1 },
    ]
    const amperes = [profile(1, 0, 0, {}, { chargingRateUnit: 'A', chargingSchedulePeriod })]
    expect([0, 29.999, 30, 99].map((s) => limitW(amperes, at(s), 230))).toEqual([6900, 6900, 1380, 1380])
  })

  it('repeats daily, is relative to its installation, and holds only while valid', () => {
    const daily = profile(1, 0, 100, { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily' })
    expect([50, 150, 86_450, 86_550].map((s) => limitW([daily], at(s), 230))).toEqual([100, Infinity, 100, Infinity])
    const relative = { ...profile(2, 0, 100, { chargingProfileKind: 'Relative' }), installedMs: at(500) }
    expect([499, 500, 600].map((s) => limitW([relative], at(s), 230))).toEqual([Infinity, 100, Infinity])
    const valid = profile(3, 0, 100, { validFrom: new Date(at(10)).toISOString(), validTo: new Date(at(20)).toISOString() })
    expect([9, 10, 19, 20].map((s) => limitW([valid], at(s), 230))).toEqual([Infinity, 100, 100, Infinity])
  })

  it('changes only at its boundaries', () => {
    const stack = [profile(1, 0, 9000, {}, { duration: 1000 }), profile(2, 3, 11_000)]
    expect(boundaries(stack, at(-10), at(2000))).toEqual([at(0), at(100), at(1000)])
  })
})

describe('install and clear', () => {
  it('replaces by id, and by purpose and stack level even when the new one starts later', () => {
    const later = profile(2, 1, 2, {}, { startSchedule: new Date(at(1000)).toISOString() })
    const installed = install([profile(1, 1, 1)], later)
    expect(installed).toEqual([later])
    expect(limitW(installed, at(1), 230)).toBe(Infinity)
    expect(install([profile(1, 1, 1)], profile(1, 5, 3))).toHaveLength(1)
    expect(install([profile(1, 1, 1)], profile(2, 2, 3))).toHaveLength(2)
  })

  it('clears by id, or by what matches', () => {
    const both = [profile(1, 0, 1), profile(2, 1, 1)]
    expect(clear(both, { id: 2 })).toEqual([both[0]])
    expect(clear(both, { id: 9 })).toHaveLength(2)
    expect(clear(both, { stackLevel: 0 })).toEqual([both[1]])
    expect(clear(both, {})).toEqual([])
  })
})
