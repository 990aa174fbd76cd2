/** Reads what Drover must know about a station from its registered attributes. */
import type { DeviceAttributes } from '../../../schemas/enrollment.ts'
import type { OcppVersion } from '../wire/dialect.ts'
import type { Traits } from './traits.ts'

/** Ours, unless the registration names another; only a profile of this id is ever cleared. */
export const DEFAULT_PROFILE_ID = 0x44524f56

/** Above a standing limit on level 0, and within what stations allow (ChargeProfileMaxStackLevel). */
export const DEFAULT_STACK_LEVEL = 1

const MAX_ID = 2 ** 31 - 1

/**
 * `limitUnit` is ChargingScheduleAllowedChargingRateUnit. `minimumW` is asked for at least: it is for stations that do not wake
 * from 0 A; leave it 0 where 0 A is fine. `extra` may hold `ocppVersion` (1.6 unless it says 2.0.1), `maxPeriods` (ChargingScheduleMaxPeriods,
 * PeriodsPerSchedule), `stackLevel`, `profileId`, and `replacesStanding` = true where the standing limit is a profile on our own stack level.
 */
export function traitsOf(attributes: DeviceAttributes): Traits | { readonly fault: string } {
  const { limitUnit, phases, voltageV, ratedW, standingLimitW, minimumW, extra } = attributes
  if (limitUnit === 'percent') return { fault: 'attributes.limitUnit: OCPP takes limits in W or A, not percent' }
  if (phases !== 1 && phases !== 2 && phases !== 3) return { fault: `attributes.phases: must be 1, 2 or 3, not ${phases}` }
  if (voltageV <= 0) return { fault: 'attributes.voltageV: must be positive' }
  const version = versionIn(extra)
  if (version === undefined) return { fault: `attributes.extra.ocppVersion: must be "1.6" or "2.0.1", not "${extra.ocppVersion}"` }
  const maxPeriods = wholeNumber(extra, 'maxPeriods', 1)
  const stackLevel = wholeNumber(extra, 'stackLevel', 0)
  const profileId = wholeNumber(extra, 'profileId', 0)
  for (const number of [maxPeriods, stackLevel, profileId]) if (typeof number === 'object') return number
  return {
    version,
    unit: limitUnit,
    phases,
    voltageV,
    ratedW,
    stackLevel: (stackLevel as number | undefined) ?? DEFAULT_STACK_LEVEL,
    profileId: (profileId as number | undefined) ?? DEFAULT_PROFILE_ID,
    ...(standingLimitW === null ? {} : { standingLimitW }),
    ...(minimumW > 0 ? { minChargingA: minimumW / (phases * voltageV) } : {}),
    ...(maxPeriods === undefined ? {} : { maxPeriods: maxPeriods as number }),
    ...(extra.replacesStanding === 'true' ? { replacesStanding: true } : {}),
  }
}

/** The registered version; undefined where it is none that we speak. */
export function versionIn({ ocppVersion = '' }: DeviceAttributes['extra']): OcppVersion | undefined {
  if (ocppVersion === '') return '1.6'
  return ocppVersion === '1.6' || ocppVersion === '2.0.1' ? ocppVersion : undefined
}

function wholeNumber(extra: DeviceAttributes['extra'], name: string, least: number): number | undefined | { readonly fault: string } {
  const text = extra[name]
  if (text === undefined || text === '') return undefined
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  return value >= least && value <= MAX_ID
    ? value
    : { fault: `attributes.extra.${name}: must be a whole number from ${least}, not "${text}"` }
}
