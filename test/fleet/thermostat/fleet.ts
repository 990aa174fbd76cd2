/** Thousands of simulated thermostats behind one cloud in the shape of ecobee's, on a real socket. */
import type { Credential } from '../../../connectors/cloud/credentials/credential.ts'
import type { DeviceAttributes } from '../../../schemas/enrollment.ts'
import { someAttributes } from '../../build/changes.ts'
import { refreshing } from '../../support/credentials.ts'
import { type EcobeeCloud, type EcobeeEvent, type EcobeeOptions, type EcobeeThermostat, startEcobee } from '../../vendors/ecobee.ts'
import { createCloudMembers } from '../cloud-members.ts'
import type { CloudMix, CloudTraits } from '../cloud-traits.ts'
import { draw } from '../hash.ts'
import { type Cooling, runtimeS, STEP_MS } from './runtime.ts'

export interface ThermostatFleetOptions extends Pick<EcobeeOptions, 'clock' | 'quotas' | 'retryAfterS' | 'latencyMs'> {
  /** How many. */
  readonly devices: number
  readonly seed: number
  readonly mix?: CloudMix
  readonly idOf?: (index: number) => string
  /** As the vendor granted them. */
  readonly callsPerMinute?: number
  readonly method?: 'offset' | 'dutyCycle'
}

export interface ThermostatFleet {
  readonly cloud: EcobeeCloud
  /** Fresh: no access token yet. */
  readonly credential: Credential
  stop(): Promise<void>
  ids(): readonly string[]
  /** As the device is to be registered, under the credential `own`. */
  attributesOf(id: string): DeviceAttributes
  traitsOf(id: string): CloudTraits
  /** What the equipment draws from one five minutes to another, Wh, reported or not. */
  meterWh(id: string, startMs: number, endMs: number): number
  /** Of `count` intervals in a row, had no event ever changed it, Wh. */
  historyIntervalsWh(id: string, startMs: number, stepMs: number, count: number): number[]
  /** Whether the cloud has, or will have, the value of an interval. */
  isEverReported(id: string, endMs: number): boolean
  setOnline(id: string, online: boolean): void
}

const MOST_C = 4

/** Resolves when the cloud listens. */
export async function startThermostatFleet(options: ThermostatFleetOptions): Promise<ThermostatFleet> {
  const { seed, mix = {}, idOf = (index: number) => `thermostat-${index}`, callsPerMinute = 600, method = 'offset' } = options
  const made: { cloud?: EcobeeCloud } = {}
  /** A second of running is a whole number of Wh. */
  const ratedOf = (id: string): number => draw(1, 2, seed, id, 'rating') * 3_600
  const members = createCloudMembers<EcobeeEvent>({
    ...options,
    mix,
    idOf,
    events: () => made.cloud?.events ?? [],
    idsOf: (event) => event.ids,
    leftMsOf: ({ resumedMs }, id) => resumedMs.get(id),
  })
  const { ids, traitsOf, setOnline, isEverReported } = members
  const coolingOf = (id: string): Cooling => ({ seed, id, mostTenthsF: MOST_C * 18, follows: () => members.followsOf(id) })
  const thermostatOf = (id: string): EcobeeThermostat => ({
    ...{ id, zone: 'UTC', mode: () => 'cool', deliveryMs: traitsOf(id).deliveryMs },
    isConnected: () => members.isOnline(id),
    answering: () => traitsOf(id).answering,
    runtimeS: (startMs) => (members.isReported(id, startMs + STEP_MS) ? { cool: runtimeS(coolingOf(id), startMs), heat: 0, aux: 0 } : null),
  })

  const cloud = await startEcobee({ ...options, thermostats: new Map(ids().map((id) => [id, thermostatOf(id)])) })
  made.cloud = cloud
  const stopPeople = members.startPeople(cloud.override)
  return {
    cloud,
    credential: refreshing('ecobee', cloud.baseUrl, cloud.tokens.first.refreshToken),
    async stop() {
      stopPeople()
      await cloud.stop()
    },
    ids,
    attributesOf: (id) =>
      someAttributes({
        ...{ protocol: 'thermostat', vendor: 'ecobee', ratedW: ratedOf(id), minimumW: 0, credential: 'own', cadenceS: 900 },
        extra: { vendorId: id, method, maxOffsetC: String(MOST_C), callsPerMinute: String(callsPerMinute) },
      }),
    traitsOf,
    meterWh: (id, startMs, endMs) => wattHours(coolingOf(id), ratedOf(id), startMs, endMs),
    historyIntervalsWh(id, startMs, stepMs, count) {
      const undisturbed = { ...coolingOf(id), follows: () => [] }
      return Array.from({ length: count }, (_, index) => {
        const fromMs = startMs + index * stepMs
        return wattHours(undisturbed, ratedOf(id), fromMs, fromMs + stepMs)
      })
    },
    isEverReported,
    setOnline,
  }
}

/** Instants lie on five minutes. */
function wattHours(cooling: Cooling, ratedW: number, startMs: number, endMs: number): number {
  let seconds = 0
  for (let atMs = startMs; atMs < endMs; atMs += STEP_MS) seconds += runtimeS(cooling, atMs)
  return (seconds * ratedW) / 3_600
}
