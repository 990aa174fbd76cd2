/** Rendering for smart thermostats: by vendor, or the attribute that makes it impossible. Pure. */
import type { Declaration, ProtocolRenderer } from '../../processors/dispatch/renderer.ts'
import { RELEASE } from '../../processors/dispatch/renderer.ts'
import type { DeviceAttributes } from '../../schemas/enrollment.ts'
import { faultOfAttributes } from '../cloud/device.ts'
import { thermostatAdapters } from './adapters.ts'
import { VENDOR as ECOBEE, fillEcobee, renderEcobee } from './ecobee/render.ts'
import { fillResideo, VENDOR as RESIDEO, renderResideo } from './resideo/render.ts'

const renders = { [ECOBEE]: renderEcobee, [RESIDEO]: renderResideo } as const
const fills = { [ECOBEE]: fillEcobee, [RESIDEO]: fillResideo } as const
type Vendor = keyof typeof fills
const isVendor = (name: string): name is Vendor => Object.hasOwn(fills, name)

/** Of a vendor that nobody knows: it takes nothing. */
const nothing: Declaration = { reactionTimeS: 0, quota: null, devicesPerCall: 1 }

export const thermostatRenderer: ProtocolRenderer = {
  protocol: 'thermostat',
  declare: (attributes) => thermostatAdapters.get(attributes.vendor)?.declare(attributes) ?? nothing,
  render(attributes, levels) {
    const fault = faultOfAttributes(attributes)
    if (fault !== null) return { fault }
    const { vendor } = attributes
    return isVendor(vendor) ? renders[vendor](attributes, levels) : { fault: unknownVendor(attributes) }
  },
  fill(timeline, templates) {
    const { vendor } = JSON.parse(String(templates.get(RELEASE))) as { vendor: string }
    if (!isVendor(vendor)) throw new Error(`templates: "${vendor}" is no vendor; render the device again`)
    return fills[vendor](timeline, templates)
  },
}

const unknownVendor = ({ vendor }: DeviceAttributes): string => `attributes.vendor: "${vendor}" is none of ${Object.keys(fills).join(', ')}`
