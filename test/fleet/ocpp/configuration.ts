/** A charger's configuration keys (OCPP 1.6 §9), read and changed by the central system. */
import type { ChargerState } from './charger.ts'

const fixedOf = ({ traits }: ChargerState): ReadonlyMap<string, string> =>
  new Map([
    ['SupportedFeatureProfiles', traits.answering === 'notSupported' ? 'Core' : 'Core,SmartCharging,RemoteTrigger'],
    ['ChargeProfileMaxStackLevel', String(traits.maxStackLevel)],
    ['ChargingScheduleAllowedChargingRateUnit', traits.units],
    ['ChargingScheduleMaxPeriods', String(traits.maxPeriods)],
    ['MaxChargingProfilesInstalled', '10'],
    ['NumberOfConnectors', '1'],
  ])

const defaultsOf = ({ alignedIntervalS }: ChargerState): ReadonlyMap<string, string> =>
  new Map([
    ['ClockAlignedDataInterval', String(alignedIntervalS)],
    ['MeterValuesAlignedData', 'Energy.Active.Import.Register,Energy.Active.Import.Interval,Power.Active.Import'],
    ['HeartbeatInterval', '300'],
    ['MeterValueSampleInterval', '0'],
  ])

export const configured = (state: ChargerState, key: string): string | undefined =>
  state.settings.get(key) ?? defaultsOf(state).get(key) ?? fixedOf(state).get(key)

/** GetConfiguration.conf */
export function readConfiguration(state: ChargerState, asked: readonly string[] | undefined): object {
  const fixed = fixedOf(state)
  const keys = asked ?? [...fixed.keys(), ...defaultsOf(state).keys()]
  const known = keys.filter((key) => configured(state, key) !== undefined)
  return {
    configurationKey: known.map((key) => ({ key, readonly: fixed.has(key), value: configured(state, key) })),
    unknownKey: keys.filter((key) => !known.includes(key)),
  }
}

export function changeConfiguration(state: ChargerState, key: string, value: string): 'Accepted' | 'Rejected' | 'NotSupported' {
  if (fixedOf(state).has(key)) return 'Rejected'
  if (!defaultsOf(state).has(key)) return 'NotSupported'
  if (key.endsWith('Interval') && !/^\d+$/.test(value)) return 'Rejected'
  state.settings.set(key, value)
  return 'Accepted'
}
