/** Reads and writes a station's variables (OCPP 2.0.1 part 2 appendix 3: SmartChargingCtrlr, AlignedDataCtrlr) that limits and telemetry depend on. */
import { list, measurandsToSet, type ProbeForm, truth, wholeNumber } from '../probe/survey.ts'
import type { CentralResponse } from './central-messages.ts'
import { call201 } from './dialect.ts'

const VARIABLES = {
  SmartChargingCtrlr: ['Available', 'Enabled', 'RateUnit', 'PeriodsPerSchedule', 'ProfileStackLevel'],
  AlignedDataCtrlr: ['Available', 'Enabled', 'Interval', 'Measurands', 'SendDuringIdle'],
} as const

type Component = keyof typeof VARIABLES

const named = (component: string, variable: string) => ({ component: { name: component }, variable: { name: variable } })

const questions = Object.entries(VARIABLES).flatMap(([component, variables]) => variables.map((variable) => named(component, variable)))

const set = (component: Component, variable: string, attributeValue: string) =>
  call201('SetVariables', { setVariableData: [{ ...named(component, variable), attributeValue }] })

export const probe201: ProbeForm = {
  ask: call201('GetVariables', { getVariableData: questions }),
  askEach: questions.map((question) => call201('GetVariables', { getVariableData: [question] })),
  surveyIn(answers) {
    const results = (answers as readonly CentralResponse<'GetVariables'>[]).flatMap(({ getVariableResult }) => getVariableResult)
    const answerTo = (component: Component, variable: string): string | undefined =>
      results.find(
        (result) =>
          result.attributeStatus === 'Accepted' &&
          result.component.name.toLowerCase() === component.toLowerCase() &&
          result.variable.name.toLowerCase() === variable.toLowerCase(),
      )?.attributeValue
    const isOff = (component: Component): boolean =>
      truth(answerTo(component, 'Available')) === false || truth(answerTo(component, 'Enabled')) === false
    const isKnown = results.some(
      ({ attributeStatus, component }) => attributeStatus === 'Accepted' && component.name === 'SmartChargingCtrlr',
    )
    const isMissing = results.some(
      ({ attributeStatus, component }) => attributeStatus === 'UnknownComponent' && component.name === 'SmartChargingCtrlr',
    )
    const interval = wholeNumber(answerTo('AlignedDataCtrlr', 'Interval'))
    return {
      smartCharging: isMissing || isOff('SmartChargingCtrlr') ? false : isKnown || undefined,
      units: list(answerTo('SmartChargingCtrlr', 'RateUnit')).flatMap((unit) => (unit === 'A' || unit === 'W' ? [unit] : [])),
      maxPeriods: wholeNumber(answerTo('SmartChargingCtrlr', 'PeriodsPerSchedule')) || undefined,
      maxStackLevel: wholeNumber(answerTo('SmartChargingCtrlr', 'ProfileStackLevel')),
      alignedIntervalS: interval !== undefined && isOff('AlignedDataCtrlr') ? 0 : interval,
      alignedMeasurands: list(answerTo('AlignedDataCtrlr', 'Measurands')),
      alignedIdleOnly: truth(answerTo('AlignedDataCtrlr', 'SendDuringIdle')) ?? false,
    }
  },
  settings(survey, intervalS) {
    const measurands = measurandsToSet(survey)
    return [
      ...(measurands === undefined ? [] : [set('AlignedDataCtrlr', 'Measurands', measurands)]),
      // SendDuringIdle = true means: only while no transaction is running.
      ...(survey.alignedIdleOnly ? [set('AlignedDataCtrlr', 'SendDuringIdle', 'false')] : []),
      ...(survey.alignedIntervalS === 0 ? [set('AlignedDataCtrlr', 'Enabled', 'true')] : []),
      ...(survey.alignedIntervalS === intervalS ? [] : [set('AlignedDataCtrlr', 'Interval', String(intervalS))]),
    ]
  },
}
