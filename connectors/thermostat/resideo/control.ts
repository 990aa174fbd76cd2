/** Resideo's set-points: read, moved at the start, and put back at the end exactly as found, unless a person changed them meanwhile. */
import type { Control, OneSlot, Sight, Standing } from '../../cloud/control/control.ts'
import type { CloudDevice } from '../../cloud/device.ts'
import type { VendorCall } from '../../cloud/line/call.ts'
import type { Mode } from '../setback.ts'
import { offsetOf } from './render.ts'
import {
  type Handle,
  handleText,
  readHandle,
  readSetting,
  type Setting,
  settingText,
  type Thermostat,
  thermostatSchema,
} from './thermostat.ts'

const MINUTE_MS = 60_000
/** Set-points are written to a tenth; vendors show them as they round them. */
const TOLERANCE = 0.26

const MODES: Readonly<Record<Setting['mode'], Mode>> = { Heat: 'heat', EmergencyHeat: 'heat', Cool: 'cool', Auto: 'auto', Off: 'off' }

/** A thermostat as it showed itself at a time. */
export function sightOfThermostat(thermostat: Thermostat, atMs: number): Sight {
  const mode = MODES[thermostat.changeableValues.mode]
  return { atMs, mode, online: thermostat.isAlive, objects: [], setting: settingText(thermostat) }
}

const oneSlot: OneSlot = {
  handleOf({ setting: text, mode }, body, before) {
    if (mode === 'off') return undefined
    const found = before === undefined ? readSetting(text) : readHandle(before).found
    const { tenthsC } = offsetOf(body)
    const step = found.units === 'Fahrenheit' ? Math.round((tenthsC * 1.8) / 10) : Math.round(tenthsC / 5) / 2
    const heat = mode === 'cool' ? found.heatSetpoint : found.heatSetpoint - step
    const cool = mode === 'heat' ? found.coolSetpoint : found.coolSetpoint + step
    return handleText({ found, heat, cool })
  },
  compare(sight, text): Standing {
    const { found, heat, cool } = readHandle(text)
    const now = readSetting(sight.setting)
    const is = (heatSetpoint: number, coolSetpoint: number): boolean =>
      now.mode === found.mode &&
      Math.abs(now.heatSetpoint - heatSetpoint) < TOLERANCE &&
      Math.abs(now.coolSetpoint - coolSetpoint) < TOLERANCE
    if (is(heat, cool)) return 'set'
    return is(found.heatSetpoint, found.coolSetpoint) ? 'found' : 'changed'
  },
  // What was found is not known any more: the thermostat's own schedule knows what should be there.
  reset: (device) => write(device, { thermostatSetpointStatus: 'NoHold' }),
}

export const resideoControl: Control = {
  abilities: { list: false, cancel: false, expire: false },
  aheadMs: 0,
  sharesHandles: false,
  looksBeforeMs: MINUTE_MS,
  watchMs: 15 * MINUTE_MS,
  oneSlot,
  nameOf: (tag) => tag,
  place(placings) {
    const [first] = placings
    if (!first) throw new Error('a call needs a thermostat')
    const { found, heat, cool } = readHandle(first.handle)
    return write(first.device, { mode: found.mode, heatSetpoint: heat, coolSetpoint: cool, thermostatSetpointStatus: 'PermanentHold' })
  },
  readPlaced: (_, placings) =>
    new Map(placings.map(({ device, handle }) => [device.deviceId, { status: 'accepted', handle, code: 'set', detail: '' }])),
  end(endings) {
    const [first] = endings
    if (!first) throw new Error('a call needs a thermostat')
    return write(first.device, restored(readHandle(first.handle)))
  },
  endsForAll: () => false,
  readEnded: () => undefined,
  look: ([device]) => ({ method: 'GET', path: pathOf(device), query: locationOf(device) }),
  readLook(body, devices, nowMs) {
    const thermostat = thermostatSchema.parse(body)
    return new Map(devices.map(({ deviceId }) => [deviceId, sightOfThermostat(thermostat, nowMs)]))
  },
}

const restored = ({ found: { units: _, ...values } }: Handle): Readonly<Record<string, unknown>> => values

const pathOf = (device: CloudDevice | undefined): string => `v2/devices/thermostats/${encodeURIComponent(device?.vendorId ?? '')}`
const locationOf = (device: CloudDevice | undefined) => ({ locationId: device?.attributes.extra.locationId ?? '' })

const write = (device: CloudDevice, json: Readonly<Record<string, unknown>>): VendorCall => ({
  method: 'POST',
  path: pathOf(device),
  query: locationOf(device),
  json,
})
