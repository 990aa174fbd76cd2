/** ecobee's demand response: one call for a list of thermostats, with times of the thermostats' own clock; a cancellation takes it from all of them. */
import { z } from 'zod'
import { hashId } from '../../../topics/ids.ts'
import type { Control, Ending, Placed, Sight, VendorObject } from '../../cloud/control/control.ts'
import type { CloudDevice } from '../../cloud/device.ts'
import { instantsOf, localTime } from '../../cloud/local-time.ts'
import type { Mode } from '../setback.ts'
import { eventOf } from './render.ts'
import { checkStatus, selectionOf } from './status.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

const created = z.object({ demandResponseRef: z.string().min(1).max(100) })
const thermostats = z.object({
  thermostatList: z.array(
    z.object({
      identifier: z.string(),
      runtime: z.object({ connected: z.boolean() }),
      settings: z.object({ hvacMode: z.string() }),
      events: z.array(
        z.object({
          type: z.string(),
          name: z.string(),
          running: z.boolean(),
          startDate: z.string(),
          startTime: z.string(),
          endDate: z.string(),
          endTime: z.string(),
          /** demandResponseRef of the event that it came from. */
          linkRef: z.string().default(''),
        }),
      ),
    }),
  ),
})
type Thermostat = z.infer<typeof thermostats>['thermostatList'][number]

/** An event's name has twelve characters: two of ours, and ten of the whole name, which stands in the comments. */
const nameOf = (tag: string): string => `dr${hashId('ecobee', tag).slice(0, 10)}`
const OURS = /^dr[0-9a-f]{10}$/

const MODES: Readonly<Record<string, Mode>> = { heat: 'heat', auxHeatOnly: 'heat', cool: 'cool', auto: 'auto', off: 'off' }

export const ecobeeControl: Control = {
  abilities: { list: true, cancel: true, expire: true },
  aheadMs: 48 * HOUR_MS,
  sharesHandles: true,
  // The mode of the day.
  looksBeforeMs: 24 * HOUR_MS,
  watchMs: 15 * MINUTE_MS,
  oneSlot: undefined,
  nameOf,
  place(placings, tag) {
    const [first] = placings
    if (!first) throw new Error('a call needs a thermostat')
    const { part, device, body } = first
    const [start, end] = [localTime(part.startMs, device.zone), localTime(part.endMs, device.zone)]
    const times = { startDate: start.date, startTime: start.time, endDate: end.date, endTime: end.time }
    const event = { name: nameOf(tag), type: 'demandResponse', ...times, ...eventOf(body) }
    const demandResponse = { name: nameOf(tag), comments: tag, sendEmail: false, randomizeStartTime: false, randomizeEndTime: false, event }
    const selection = selectionOf(placings.map((placing) => placing.device.vendorId))
    return { method: 'POST', path: 'demandResponse', query: { format: 'json' }, json: { selection, operation: 'create', demandResponse } }
  },
  readPlaced(body, placings) {
    checkStatus(body)
    const { demandResponseRef: handle } = created.parse(body)
    const placed: Placed = { status: 'accepted', handle, code: '0', detail: '' }
    return new Map(placings.map(({ device }) => [device.deviceId, placed]))
  },
  /** While the event runs for others too, only those that want it ended go back to their program. */
  end(endings, others) {
    const query = { format: 'json' }
    if (isForAll(endings, others)) {
      const demandResponse = { demandResponseRef: endings[0]?.handle ?? '' }
      return { method: 'POST', path: 'demandResponse', query, json: { operation: 'cancel', demandResponse } }
    }
    const selection = selectionOf(endings.map(({ device }) => device.vendorId))
    const functions = [{ type: 'resumeProgram', params: { resumeAll: false } }]
    return { method: 'POST', path: 'thermostat', query, json: { selection, functions } }
  },
  endsForAll: (endings, others) => isForAll(endings, others),
  readEnded: checkStatus,
  look(devices) {
    const selection = selectionOf(devices.map(({ vendorId }) => vendorId))
    const json = JSON.stringify({ selection: { ...selection, includeEvents: true, includeSettings: true, includeRuntime: true } })
    return { method: 'GET', path: 'thermostat', query: { format: 'json', json } }
  },
  readLook(body, devices, nowMs) {
    checkStatus(body)
    const { thermostatList } = thermostats.parse(body)
    const sights = new Map<string, Sight>()
    for (const device of devices) {
      const thermostat = thermostatList.find(({ identifier }) => identifier === device.vendorId)
      if (thermostat) sights.set(device.deviceId, sightOf(thermostat, device, nowMs))
    }
    return sights
  },
}

/** A mandatory event can not be left by one thermostat alone. */
function isForAll(endings: readonly Ending[], others: readonly CloudDevice[]): boolean {
  const isMandatory = endings.some(({ device }) => device.attributes.extra.mandatory === 'true')
  return others.length === 0 || isMandatory || !endings.some(({ isRunning }) => isRunning)
}

function sightOf({ runtime, settings, events }: Thermostat, { zone }: CloudDevice, nowMs: number): Sight {
  const ours = events.filter(({ type, name }) => type === 'demandResponse' && OURS.test(name))
  const objects = ours.map(({ name, linkRef, running, ...times }): VendorObject => {
    const [startMs = 0, endMs = 0] = instantsOf([`${times.startDate} ${times.startTime}`, `${times.endDate} ${times.endTime}`], zone)
    return { name, handle: linkRef, startMs, endMs, state: running ? 'running' : 'waiting', code: running ? 'running' : 'scheduled' }
  })
  return { atMs: nowMs, mode: MODES[settings.hvacMode] ?? '', online: runtime.connected, objects, setting: '' }
}
