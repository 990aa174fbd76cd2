/** Reads from a station's GetConfiguration what limits and telemetry depend on, and says which settings to write. */

import type { Traits } from '../limits/traits.ts'
import type { CentralRequest, CentralResponse } from './central-messages.ts'

/** The keys to ask for at enrollment (OCPP 1.6 §9.1, §9.4). */
export const CAPABILITY_KEYS = [
  'SupportedFeatureProfiles',
  'ChargeProfileMaxStackLevel',
  'ChargingScheduleAllowedChargingRateUnit',
  'ChargingScheduleMaxPeriods',
  'ClockAlignedDataInterval',
  'MeterValuesAlignedData',
] as const

export type Capabilities = Partial<Pick<Traits, 'unit' | 'maxPeriods' | 'stackLevel'>> & {
  smartCharging: boolean
  /** Undefined where the station has no such key; 0 = off. */
  alignedIntervalS?: number
  alignedMeasurands: string[]
}

type Configuration = CentralResponse<'GetConfiguration'>

/** W is preferred where both units are allowed, since it needs no assumption on voltage; the top stack level wins within a purpose. */
export function readCapabilities(configuration: Configuration): Capabilities {
  const values = new Map((configuration.configurationKey ?? []).map(({ key, value }) => [key.toLowerCase(), value]))
  const units = list(values.get('chargingscheduleallowedchargingrateunit'))
  const unit = units.includes('Power') ? 'W' : units.includes('Current') ? 'A' : undefined
  const stackLevel = wholeNumber(values.get('chargeprofilemaxstacklevel'))
  const maxPeriods = wholeNumber(values.get('chargingschedulemaxperiods'))
  const alignedIntervalS = wholeNumber(values.get('clockaligneddatainterval'))
  return {
    smartCharging: list(values.get('supportedfeatureprofiles')).includes('SmartCharging'),
    alignedMeasurands: list(values.get('metervaluesaligneddata')),
    ...(unit === undefined ? {} : { unit }),
    ...(stackLevel === undefined ? {} : { stackLevel }),
    ...(maxPeriods === undefined || maxPeriods === 0 ? {} : { maxPeriods }),
    ...(alignedIntervalS === undefined ? {} : { alignedIntervalS }),
  }
}

/** ChangeConfiguration requests that bring clock-aligned metering to `intervalS`; none where it stands so already. */
export function meteringChanges(capabilities: Capabilities, intervalS: number): CentralRequest<'ChangeConfiguration'>[] {
  const measurands = ['Energy.Active.Import.Register', 'Power.Active.Import']
  const missing = measurands.filter((name) => !capabilities.alignedMeasurands.includes(name))
  const wanted = [...new Set([...capabilities.alignedMeasurands, ...measurands])].join(',')
  return [
    ...(missing.length === 0 ? [] : [{ key: 'MeterValuesAlignedData', value: wanted }]),
    ...(capabilities.alignedIntervalS === intervalS ? [] : [{ key: 'ClockAlignedDataInterval', value: String(intervalS) }]),
  ]
}

function list(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function wholeNumber(value: string | undefined): number | undefined {
  return value !== undefined && /^\d+$/.test(value.trim()) ? Number(value) : undefined
}
