/** Inverters with batteries, and thermostats, each behind its vendor's cloud, as parts of a mixed fleet. */

import type { Credential } from '../../../connectors/cloud/credentials/credential.ts'
import type { CloudTraits } from '../cloud-traits.ts'
import { type BatteryFleet, type BatteryFleetOptions, startBatteryFleet } from '../inverter/fleet.ts'
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

/** What fleets behind either cloud have alike. */
type CloudFleet = Pick<BatteryFleet, 'credential' | 'ids' | 'attributesOf' | 'stop' | 'historyIntervalsWh' | 'traitsOf'>

function partOf(name: string, fleet: CloudFleet, meterWh: Part['meterWh']): CloudPart {
  const isObedient = ({ answering, leavesAfterMs }: CloudTraits): boolean => answering === 'accepts' && leavesAfterMs === undefined
  return {
    ...neverSpeaks,
    consent: { name, credential: fleet.credential },
    ids: fleet.ids,
    attributesOf: (id) => ({ ...fleet.attributesOf(id), credential: name, cadenceS: CADENCE_S }),
    stop: fleet.stop,
    meterWh,
    historyIntervalsWh: fleet.historyIntervalsWh,
    isObedient: (id) => isObedient(fleet.traitsOf(id)),
  }
}

/** Resolves when the cloud listens. */
export async function inverters(options: BatteryFleetOptions): Promise<CloudPart> {
  const fleet = await startBatteryFleet(options)
  return partOf('enphase-owner', fleet, (id, fromMs, untilMs) => {
    const { charge, discharge } = fleet.meterWh(id, fromMs, untilMs)
    return charge - discharge
  })
}

/** Resolves when the cloud listens. */
export async function thermostats(options: ThermostatFleetOptions): Promise<CloudPart> {
  const fleet = await startThermostatFleet(options)
  return partOf('ecobee-utility', fleet, fleet.meterWh)
}
