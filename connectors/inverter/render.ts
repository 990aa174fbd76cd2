/** Rendering for devices behind inverter clouds: by vendor, or the attribute that makes it impossible. Pure. */
import type { Declaration, ProtocolRenderer } from '../../processors/dispatch/renderer.ts'
import type { DeviceAttributes } from '../../schemas/enrollment.ts'
import { faultOfAttributes } from '../cloud/device.ts'
import { inverterAdapters } from './adapters.ts'
import { fillEnphase, renderEnphase } from './enphase/render.ts'

/** Of a vendor that nobody knows: it takes nothing. */
const nothing: Declaration = { reactionTimeS: 0, quota: null, devicesPerCall: 1 }

export const inverterRenderer: ProtocolRenderer = {
  protocol: 'inverter',
  declare: (attributes) => inverterAdapters.get(attributes.vendor)?.declare(attributes) ?? nothing,
  render(attributes, levels) {
    const fault = faultOf(attributes)
    return fault === null ? renderEnphase(attributes, levels) : { fault }
  },
  fill: fillEnphase,
}

function faultOf(attributes: DeviceAttributes): string | null {
  const { vendor, limitUnit } = attributes
  const adapter = inverterAdapters.get(vendor)
  if (!adapter) return `attributes.vendor: "${vendor}" is none of ${[...inverterAdapters.keys()].join(', ')}`
  if (!adapter.control)
    return `attributes.vendor: ${vendor} gives telemetry and takes no commands; register the device without enrolling it in programs that command it`
  if (limitUnit !== 'W') return `attributes.limitUnit: ${vendor} takes limits in W, not ${limitUnit}`
  return faultOfAttributes(attributes)
}
