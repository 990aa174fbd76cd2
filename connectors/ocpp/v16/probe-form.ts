/** Reads and writes a station's configuration keys (OCPP 1.6 §9.1, §9.4) that limits and telemetry depend on. */
import { list, measurandsToSet, type ProbeForm, type Survey, wholeNumber } from '../probe/survey.ts'
import type { CentralResponse } from './central-messages.ts'
import { call16 } from './dialect.ts'

const KEYS = [
  'SupportedFeatureProfiles',
  'ChargeProfileMaxStackLevel',
  'ChargingScheduleAllowedChargingRateUnit',
  'ChargingScheduleMaxPeriods',
  'ClockAlignedDataInterval',
  'MeterValuesAlignedData',
] as const

const UNITS = { Current: 'A', Power: 'W' } as const

export const probe16: ProbeForm = {
  ask: call16('GetConfiguration', { key: [...KEYS] }),
  askEach: KEYS.map((key) => call16('GetConfiguration', { key: [key] })),
  surveyIn(answers) {
    const keys = (answers as readonly CentralResponse<'GetConfiguration'>[]).flatMap(({ configurationKey = [] }) => configurationKey)
    const values = new Map(keys.map(({ key, value }) => [key.toLowerCase(), value]))
    const answerTo = (key: (typeof KEYS)[number]) => values.get(key.toLowerCase())
    const profiles = list(answerTo('SupportedFeatureProfiles'))
    const units = list(answerTo('ChargingScheduleAllowedChargingRateUnit'))
    return {
      smartCharging: profiles.length === 0 ? undefined : profiles.includes('SmartCharging'),
      units: units.flatMap((unit) => (unit === 'Current' || unit === 'Power' ? [UNITS[unit]] : [])),
      // No station takes no period at all: 0 says nothing.
      maxPeriods: wholeNumber(answerTo('ChargingScheduleMaxPeriods')) || undefined,
      maxStackLevel: wholeNumber(answerTo('ChargeProfileMaxStackLevel')),
      alignedIntervalS: wholeNumber(answerTo('ClockAlignedDataInterval')),
      alignedMeasurands: list(answerTo('MeterValuesAlignedData')),
      alignedIdleOnly: false,
    }
  },
  settings(survey: Survey, intervalS: number) {
    const measurands = measurandsToSet(survey)
    return [
      ...(measurands === undefined ? [] : [call16('ChangeConfiguration', { key: 'MeterValuesAlignedData', value: measurands })]),
      ...(survey.alignedIntervalS === intervalS
        ? []
        : [call16('ChangeConfiguration', { key: 'ClockAlignedDataInterval', value: String(intervalS) })]),
    ]
  },
}
