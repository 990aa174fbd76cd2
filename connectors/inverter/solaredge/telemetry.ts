/** Asks SolarEdge for the quarter hours of sites, by their local days, and shares out bulk answers. */
import { z } from 'zod'
import { localDay } from '../../../processors/calendar/local-day.ts'
import { mediaType } from '../../cloud/media-type.ts'
import type { CloudTelemetry, DeviceBody } from '../../cloud/polling/telemetry.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

export const SITE_ENERGY = 'solaredge.energy'
/** A bulk answer with the one site that the record is about. */
export const SITES_ENERGY = 'solaredge.sitesEnergy'

const sitesEnergy = z.looseObject({
  sitesEnergy: z.looseObject({ siteEnergyList: z.array(z.looseObject({ siteId: z.union([z.number(), z.string()]) })) }),
})

export const solaredgeTelemetry: CloudTelemetry = {
  streamsOf: () => ['energy'],
  streamOf: (_, channel) => (channel === 'generation' ? 'energy' : undefined),
  stepMs: 15 * MINUTE_MS,
  readyMs: 15 * MINUTE_MS,
  denseMs: 15 * MINUTE_MS,
  restatedDays: 3,
  // A quarter-hour request spans a month at most.
  longestMs: 28 * DAY_MS,
  historyMs: 365 * DAY_MS,
  devicesPerCall: 100,
  daysOf: 'device',
  ask(_, devices, { fromMs, untilMs }) {
    const zone = devices[0]?.zone ?? 'UTC'
    const ids = devices.map(({ vendorId }) => encodeURIComponent(vendorId))
    return {
      method: 'GET',
      path: ids.length === 1 ? `site/${ids[0]}/energy` : `sites/${ids.join(',')}/energy`,
      // Both days are inclusive.
      query: { timeUnit: 'QUARTER_OF_AN_HOUR', startDate: localDay(fromMs, zone), endDate: localDay(untilMs - 1, zone) },
    }
  },
  share({ json, bytes, contentType }, _, devices): readonly DeviceBody[] {
    const [first] = devices
    if (first && devices.length === 1)
      return [{ deviceId: first.deviceId, kind: SITE_ENERGY, contentType: mediaType(contentType, { zone: first.zone }), body: bytes }]
    const answer = sitesEnergy.parse(json)
    return devices.flatMap(({ deviceId, vendorId, zone }) => {
      const own = answer.sitesEnergy.siteEnergyList.filter(({ siteId }) => String(siteId) === vendorId)
      if (own.length === 0) return []
      const body = Buffer.from(JSON.stringify({ ...answer, sitesEnergy: { ...answer.sitesEnergy, siteEnergyList: own } }))
      return [{ deviceId, kind: SITES_ENERGY, contentType: mediaType(contentType, { zone }), body }]
    })
  },
}
