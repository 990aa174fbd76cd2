/** A charger's configuration keys (OCPP 1.6 §9), read and changed by the central system. */
import type { DeviceTraits } from '../traits.ts'

export type Configuration = {
  get(key: string): string | undefined
  read(keys: readonly string[] | undefined): object
  change(key: string, value: string): 'Accepted' | 'Rejected' | 'NotSupported'
}

export function createConfiguration(traits: DeviceTraits, alignedIntervalS: number): Configuration {
  const fixed = new Map([
    ['SupportedFeatureProfiles', traits.answering === 'notSupported' ? 'Core' : 'Core,SmartCharging,RemoteTrigger'],
    ['ChargeProfileMaxStackLevel', String(traits.maxStackLevel)],
    ['ChargingScheduleAllowedChargingRateUnit', traits.units],
    ['ChargingScheduleMaxPeriods', String(traits.maxPeriods)],
    ['MaxChargingProfilesInstalled', '10'],
    ['NumberOfConnectors', '1'],
  ])
  const settings = new Map([
    ['ClockAlignedDataInterval', String(alignedIntervalS)],
    ['MeterValuesAlignedData', 'Energy.Active.Import.Register,Energy.Active.Import.Interval,Power.Active.Import'],
    ['HeartbeatInterval', '300'],
    ['MeterValueSampleInterval', '0'],
  ])
  const get = (key: string) => settings.get(key) ?? fixed.get(key)

  return {
    get,
    read(keys = [...fixed.keys(), ...settings.keys()]) {
      const known = keys.filter((key) => get(key) !== undefined)
      return {
        configurationKey: known.map((key) => ({ key, readonly: fixed.has(key), value: get(key) })),
        unknownKey: keys.filter((key) => get(key) === undefined),
      }
    },
    change(key, value) {
      if (fixed.has(key)) return 'Rejected'
      if (!settings.has(key)) return 'NotSupported'
      if (key.endsWith('Interval') && !/^\d+$/.test(value)) return 'Rejected'
      settings.set(key, value)
      return 'Accepted'
    },
  }
}
