/** Thousands of simulated batteries behind one cloud in the shape of Enphase's, on a real socket. */
import type { Credential } from '../../../connectors/cloud/credentials/credential.ts'
import type { DeviceAttributes } from '../../../schemas/enrollment.ts'
import { someAttributes } from '../../build/changes.ts'
import { refreshing } from '../../support/credentials.ts'
import { type EnphaseCloud, type EnphaseEvent, type EnphaseOptions, type EnphaseSite, startEnphase } from '../../vendors/enphase.ts'
import { createCloudMembers } from '../cloud-members.ts'
import type { CloudMix, CloudTraits } from '../cloud-traits.ts'
import { draw } from '../hash.ts'
import { naturalIntervalsWh } from '../load-model.ts'
import { type Battery, type Flow, flowOf } from './battery.ts'

export interface BatteryFleetOptions extends Pick<EnphaseOptions, 'clock' | 'quotas' | 'retryAfterS' | 'latencyMs'> {
  /** How many. */
  readonly devices: number
  readonly seed: number
  readonly mix?: CloudMix
  readonly idOf?: (index: number) => string
  /** Plan of the credential. */
  readonly plan?: string
}

export interface BatteryFleet {
  readonly cloud: EnphaseCloud
  /** Fresh: no access token yet. */
  readonly credential: Credential
  stop(): Promise<void>
  ids(): readonly string[]
  /** As the device is to be registered, under the credential `own`. */
  attributesOf(id: string): DeviceAttributes
  traitsOf(id: string): CloudTraits
  /** What the meter has between two instants of one UTC day, Wh, reported or not. */
  meterWh(id: string, startMs: number, endMs: number): Flow
  /** Net import of `count` intervals in a row, had no event ever changed it, Wh. */
  historyIntervalsWh(id: string, startMs: number, stepMs: number, count: number): number[]
  /** Whether the cloud has, or will have, the value of an interval. */
  isEverReported(id: string, endMs: number): boolean
  setOnline(id: string, online: boolean): void
}

/** Resolves when the cloud listens. */
export async function startBatteryFleet(options: BatteryFleetOptions): Promise<BatteryFleet> {
  const { seed, mix = {}, idOf = (index: number) => `battery-${index}`, plan = 'gigawatt' } = options
  const made: { cloud?: EnphaseCloud } = {}
  const ratedOf = (id: string): number => draw(1, 4, seed, id, 'rating') * 2_400
  const members = createCloudMembers<EnphaseEvent>({
    ...options,
    mix,
    idOf,
    events: () => made.cloud?.events ?? [],
    idsOf: ({ siteIds }) => siteIds,
    leftMsOf: ({ leftMs }, id) => leftMs.get(id),
  })
  const { ids, traitsOf, setOnline, isEverReported } = members
  const batteryOf = (id: string): Battery => ({ seed, id, ratedW: ratedOf(id), follows: () => members.followsOf(id) })
  const siteOf = (id: string): EnphaseSite => ({
    id,
    deliveryMs: traitsOf(id).deliveryMs,
    isConnected: () => members.isOnline(id),
    answering: () => traitsOf(id).answering,
    energyWh: (_, endMs, stepMs) => (members.isReported(id, endMs) ? { ...flowOf(batteryOf(id), endMs - stepMs, endMs) } : null),
  })

  const cloud = await startEnphase({ ...options, sites: new Map(ids().map((id) => [id, siteOf(id)])) })
  made.cloud = cloud
  const stopPeople = members.startPeople(cloud.leave)
  return {
    cloud,
    credential: refreshing('enphase', cloud.baseUrl, cloud.tokens.first.refreshToken),
    async stop() {
      stopPeople()
      await cloud.stop()
    },
    ids,
    attributesOf: (id) =>
      someAttributes({
        ...{ protocol: 'inverter', vendor: 'enphase', ratedW: ratedOf(id), minimumW: 0, credential: 'own', cadenceS: 900 },
        extra: { asset: 'battery', vppProgram: 'vpp-1', plan, vendorId: id },
      }),
    traitsOf,
    meterWh: (id, startMs, endMs) => flowOf(batteryOf(id), startMs, endMs),
    historyIntervalsWh: (id, startMs, stepMs, count) => naturalIntervalsWh(seed, id, ratedOf(id), startMs, stepMs, count),
    isEverReported,
    setOnline,
  }
}
