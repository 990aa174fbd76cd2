/** Inverters with batteries, and thermostats, each behind its vendor's cloud, as parts of a mixed fleet. */

import type { Credential } from '../../../connectors/cloud/credentials/credential.ts'
import type { CloudTraits } from '../cloud-traits.ts'
import { type BatteryFleetOptions, startBatteryFleet } from '../inverter/fleet.ts'
import { startThermostatFleet, type ThermostatFleetOptions } from '../thermostat/fleet.ts'
import type { Part } from './part.ts'

/** What an operator writes into the folder of credentials, and under which name. */
export interface Consent {
  readonly name: string
  readonly credential: Credential
}

export interface CloudPart extends Part {
  readonly consent: Consent
}

/** Vendors count calls: between events an hour is often enough. */
const CADENCE_S = 3_600

/** Their vendor's cloud speaks for them: Drover asks, and they never come by themselves. */
const neverSpeaks = { start: () => undefined, speaksFirst: () => false, connected: () => 0 }
const isObedient = ({ answering, leavesAfterMs }: CloudTraits): boolean => answering === 'accepts' && leavesAfterMs === undefined

/** Resolves when the cloud listens. */
export async function inverters(options: BatteryFleetOptions): Promise<CloudPart> {
  const fleet = await startBatteryFleet(options)
  const consent = { name: 'enphase-owner', credential: fleet.credential }
  return {
    ...neverSpeaks,
    consent,
    ids: fleet.ids,
    attributesOf: (id) => ({ ...fleet.attributesOf(id), credential: consent.name, cadenceS: CADENCE_S }),
    stop: fleet.stop,
    meterWh(id, fromMs, untilMs) {
      const { charge, discharge } = fleet.meterWh(id, fromMs, untilMs)
      return charge - discharge
    },
    historyIntervalsWh: fleet.historyIntervalsWh,
    isObedient: (id) => isObedient(fleet.traitsOf(id)),
  }
}

/** Resolves when the cloud listens. */
export async function thermostats(options: ThermostatFleetOptions): Promise<CloudPart> {
  const fleet = await startThermostatFleet(options)
  const consent = { name: 'ecobee-utility', credential: fleet.credential }
  return {
    ...neverSpeaks,
    consent,
    ids: fleet.ids,
    attributesOf: (id) => ({ ...fleet.attributesOf(id), credential: consent.name, cadenceS: CADENCE_S }),
    stop: fleet.stop,
    meterWh: fleet.meterWh,
    historyIntervalsWh: fleet.historyIntervalsWh,
    isObedient: (id) => isObedient(fleet.traitsOf(id)),
  }
}
