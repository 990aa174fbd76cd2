/** Enphase's grid services events: made for lists of sites, ended by cancelling, found again by their name; they end by themselves. */
import { z } from 'zod'
import type { Control, Placed, Sight, VendorObject } from '../../cloud/control/control.ts'
import { TAG_PREFIX } from '../../cloud/control/part.ts'
import { functionOf } from './render.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const id = z.union([z.string().min(1).max(64), z.number()]).transform(String)

const created = z.object({
  event_id: id,
  status: z.string().max(64),
  sites: z.array(z.object({ site_id: id, status: z.string().max(64), reason: z.string().max(300).default('') })),
})

const listed = z.object({
  events: z.array(
    z.object({
      event_id: id,
      name: z.string().max(200).default(''),
      start_time: z.number(),
      end_time: z.number(),
      status: z.string().max(64),
      sites: z.array(
        z.object({ site_id: id, command_delivery_status: z.string().max(64), failure_code: z.string().max(200).nullable().default(null) }),
      ),
    }),
  ),
  /** Sites of the question that the vendor knows. */
  sites: z.array(z.object({ site_id: id, connected: z.boolean().default(true) })),
})
type Listed = z.infer<typeof listed>['events'][number]

/** Whole seconds; ends and starts alike, so that parts neither overlap nor grow beyond what an event may last. */
const seconds = (atMs: number): number => Math.round(atMs / 1000)

export const enphaseControl: Control = {
  abilities: { list: true, cancel: true, expire: true },
  // An event starts within seven days.
  aheadMs: 7 * DAY_MS - 60 * MINUTE_MS,
  sharesHandles: true,
  looksBeforeMs: undefined,
  watchMs: 10 * MINUTE_MS,
  oneSlot: undefined,
  nameOf: (tag) => tag,
  place(placings, tag) {
    const [first] = placings
    const part = first?.part ?? { startMs: 0, endMs: 0 }
    const json = {
      ...functionOf(first?.body),
      name: tag,
      site_ids: placings.map(({ device }) => device.vendorId),
      start_time: seconds(part.startMs),
      end_time: seconds(part.endMs),
    }
    return { method: 'POST', path: 'v2/events', json }
  },
  readPlaced(body, placings) {
    const { event_id, sites } = created.parse(body)
    const placed = new Map<string, Placed>()
    for (const { device } of placings) {
      const site = sites.find(({ site_id }) => site_id === device.vendorId)
      if (!site) continue
      const status = site.status === 'rejected' ? 'rejected' : 'accepted'
      placed.set(device.deviceId, { status, handle: event_id, code: site.status, detail: site.reason })
    }
    return placed
  },
  end: (endings) => ({ method: 'DELETE', path: `v2/events/${encodeURIComponent(endings[0]?.handle ?? '')}` }),
  // An event can not be edited: the other sites of its list get another one.
  endsForAll: () => true,
  readEnded: (body) => void z.object({ event_id: id }).nullable().parse(body),
  look(devices, nowMs) {
    const site_ids = devices.map(({ vendorId }) => vendorId).join(',')
    return { method: 'GET', path: 'v2/events', query: { site_ids, from: String(seconds(nowMs)), to: String(seconds(nowMs + 8 * DAY_MS)) } }
  },
  readLook(body, devices, nowMs) {
    const { events, sites } = listed.parse(body)
    const ours = events.filter(({ name }) => name.startsWith(TAG_PREFIX))
    const sights = new Map<string, Sight>()
    for (const { deviceId, vendorId } of devices) {
      const site = sites.find(({ site_id }) => site_id === vendorId)
      if (!site) continue
      const objects = ours.flatMap((event) => objectOf(event, vendorId) ?? [])
      sights.set(deviceId, { atMs: nowMs, mode: '', online: site.connected, objects, setting: '' })
    }
    return sights
  },
}

function objectOf(event: Listed, siteId: string): VendorObject | undefined {
  const site = event.sites.find(({ site_id }) => site_id === siteId)
  if (!site) return undefined
  const code = [site.command_delivery_status, site.failure_code].filter(Boolean).join(' ')
  const { event_id: handle, name, start_time, end_time } = event
  return { name, handle, startMs: start_time * 1000, endMs: end_time * 1000, state: stateOf(event, site.command_delivery_status), code }
}

/** The state of the event, then that of the site's own command. */
function stateOf({ status }: Listed, delivery: string): VendorObject['state'] {
  if (status === 'cancelled' || status === 'completed') return 'ended'
  if (delivery === 'Failed') return 'failed'
  if (delivery === 'Cancelled') return 'left'
  if (delivery !== 'Delivered') return 'waiting'
  return status === 'in_progress' ? 'running' : 'delivered'
}
