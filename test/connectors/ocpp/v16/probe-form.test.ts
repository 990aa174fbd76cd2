/** What a station of 1.6 says in its configuration keys, and the settings that metering needs. */
import { describe, expect, it } from 'vitest'
import { probe16 } from '../../../../connectors/ocpp/v16/probe-form.ts'

const read = (values: Record<string, string>) =>
  probe16.surveyIn([{ configurationKey: Object.entries(values).map(([key, value]) => ({ key, value, readonly: true })) }])
const settings = (values: Record<string, string>, intervalS: number) =>
  probe16.settings(read(values), intervalS).map(({ action, payloadJson }) => [action, JSON.parse(payloadJson)])

describe('surveyIn', () => {
  it.each([
    ['Current', ['A']],
    ['Power', ['W']],
    ['Current, Power', ['A', 'W']],
    ['', []],
    ['Ampere', []],
  ])('reads the rate unit %j as %j', (value, units) => {
    expect(read({ ChargingScheduleAllowedChargingRateUnit: value }).units).toEqual(units)
  })

  it('reads keys whatever their case, and leaves out what is missing or no number', () => {
    expect(
      read({ chargeprofilemaxstacklevel: '8', ChargingScheduleMaxPeriods: 'many', SupportedFeatureProfiles: 'Core,SmartCharging' }),
    ).toEqual({
      smartCharging: true,
      units: [],
      maxPeriods: undefined,
      maxStackLevel: 8,
      alignedIntervalS: undefined,
      alignedMeasurands: [],
      alignedIdleOnly: false,
    })
  })

  it('tells a station without smart charging from one that says nothing', () => {
    expect(read({ SupportedFeatureProfiles: 'Core' }).smartCharging).toBe(false)
    expect(read({}).smartCharging).toBeUndefined()
  })

  it('takes a station at its word only where a number of periods makes sense', () => {
    expect(read({ ChargingScheduleMaxPeriods: '0' }).maxPeriods).toBeUndefined()
    expect(read({ ChargeProfileMaxStackLevel: '0' }).maxStackLevel).toBe(0)
  })
})

describe('settings', () => {
  it('changes nothing where the station already meters as wanted', () => {
    const values = { ClockAlignedDataInterval: '900', MeterValuesAlignedData: 'Power.Active.Import, Energy.Active.Import.Register' }
    expect(settings(values, 900)).toEqual([])
  })

  it('adds what is missing and keeps what is there', () => {
    expect(settings({ ClockAlignedDataInterval: '0', MeterValuesAlignedData: 'Voltage' }, 900)).toEqual([
      ['ChangeConfiguration', { key: 'MeterValuesAlignedData', value: 'Voltage,Energy.Active.Import.Register,Power.Active.Import' }],
      ['ChangeConfiguration', { key: 'ClockAlignedDataInterval', value: '900' }],
    ])
  })
})
