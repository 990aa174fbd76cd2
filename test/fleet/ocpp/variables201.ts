/** A charger's variables (OCPP 2.0.1 device model), read and changed by the central system. */
import type { ChargerState } from './charger.ts'

type Named = { component: { name: string }; variable: { name: string } }

const keyOf = ({ component, variable }: Named): string => `${component.name}.${variable.name}`

function fixedOf({ traits }: ChargerState): ReadonlyMap<string, string> {
  const { answering, units, maxPeriods, maxStackLevel } = traits
  return new Map([
    ['SmartChargingCtrlr.Available', String(answering !== 'notSupported')],
    ['SmartChargingCtrlr.RateUnit', units.replace('Current', 'A').replace('Power', 'W')],
    ['SmartChargingCtrlr.PeriodsPerSchedule', String(maxPeriods)],
    ['SmartChargingCtrlr.ProfileStackLevel', String(maxStackLevel)],
    ['AlignedDataCtrlr.Available', 'true'],
  ])
}

const defaultsOf = ({ alignedIntervalS, traits }: ChargerState): ReadonlyMap<string, string> =>
  new Map([
    ['SmartChargingCtrlr.Enabled', String(traits.answering !== 'notSupported')],
    ['AlignedDataCtrlr.Enabled', 'true'],
    ['AlignedDataCtrlr.Interval', String(alignedIntervalS)],
    ['AlignedDataCtrlr.Measurands', 'Energy.Active.Import.Register,Power.Active.Import'],
  ])

export const variable = (state: ChargerState, key: string): string | undefined =>
  state.settings.get(key) ?? defaultsOf(state).get(key) ?? fixedOf(state).get(key)

function unknown(state: ChargerState, { component }: Named): string {
  const isComponent = [...fixedOf(state).keys()].some((key) => key.startsWith(`${component.name}.`))
  return isComponent ? 'UnknownVariable' : 'UnknownComponent'
}

/** GetVariablesResponse */
export function getVariables(state: ChargerState, asked: readonly Named[]): object {
  const results = asked.map(({ component, variable: name }) => {
    const attributeValue = variable(state, keyOf({ component, variable: name }))
    const found =
      attributeValue === undefined
        ? { attributeStatus: unknown(state, { component, variable: name }) }
        : { attributeStatus: 'Accepted', attributeValue }
    return { component, variable: name, ...found }
  })
  return { getVariableResult: results }
}

/** SetVariablesResponse; also what was set, by key. */
export function setVariables(
  state: ChargerState,
  asked: readonly (Named & { attributeValue: string })[],
): { answer: object; set: ReadonlyMap<string, string> } {
  const set = new Map<string, string>()
  const results = asked.map((item) => {
    const key = keyOf(item)
    const isSettable = defaultsOf(state).has(key)
    const isSound = !key.endsWith('.Interval') || /^\d+$/.test(item.attributeValue)
    if (isSettable && isSound) set.set(key, item.attributeValue)
    const attributeStatus = isSettable ? (isSound ? 'Accepted' : 'Rejected') : fixedOf(state).has(key) ? 'Rejected' : unknown(state, item)
    return { component: item.component, variable: item.variable, attributeStatus }
  })
  for (const [key, value] of set) state.settings.set(key, value)
  return { answer: { setVariableResult: results }, set }
}
