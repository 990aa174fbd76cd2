/** Capabilities from GetConfiguration, and the settings that metering needs. */
import { describe, expect, it } from 'vitest'
import { meteringChanges, readCapabilities } from '../../../../connectors/ocpp/v16/configuration.ts'

const read = (values: Record<string, string>) =>
  readCapabilities({ configurationKey: Object.entries(values).map(([key, value]) => ({ key, value, readonly: true })) })

describe('readCapabilities', () => {
  it.each([
    ['Current', 'A'],
    ['Power', 'W'],
    ['Current, Power', 'W'],
    ['', undefined],
  ])('reads the rate unit %j as %s', (value, unit) => {
    expect(read({ ChargingScheduleAllowedChargingRateUnit: value }).unit).toBe(unit)
  })

  it('reads keys whatever their case, and leaves out what is missing or no number', () => {
    expect(
      read({ chargeprofilemaxstacklevel: '8', ChargingScheduleMaxPeriods: 'many', SupportedFeatureProfiles: 'Core,SmartCharging' }),
    ).toEqual({
      smartCharging: true,
      stackLevel: 8,
      alignedMeasurands: [],
    })
  })
})

describe('meteringChanges', () => {
  it('changes nothing where the station already meters as wanted', () => {
    const capabilities = read({
      ClockAlignedDataInterval: '900',
      MeterValuesAlignedData: 'Power.Active.Import, Energy.Active.Import.Register',
    })
    expect(meteringChanges(capabilities, 900)).toEqual([])
  })

  it('adds what is missing and keeps what is there', () => {
    expect(meteringChanges(read({ ClockAlignedDataInterval: '0', MeterValuesAlignedData: 'Voltage' }), 900)).toEqual([
      { key: 'MeterValuesAlignedData', value: 'Voltage,Energy.Active.Import.Register,Power.Active.Import' },
      { key: 'ClockAlignedDataInterval', value: '900' },
    ])
  })
})
