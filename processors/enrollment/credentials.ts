/** Says how long a credential that devices share needs to command them all, and whether that fits into the notice of a program. */
import type { DeviceAttributes, DeviceState } from '../../schemas/enrollment.ts'
import type { Declaration } from '../dispatch/renderer.ts'
import { covers } from './period.ts'
import type { Renderers } from './render-templates.ts'

/** What commanding all devices of a credential takes. */
export interface CredentialLoad {
  readonly calls: number
  /** Until the last of them does as it is told, at the quota's even pace, seconds. */
  readonly needS: number
}

/** null = each device has a line of its own. */
export function loadOf({ quota, devicesPerCall, reactionTimeS }: Declaration, devices: number): CredentialLoad | null {
  if (!quota) return null
  const calls = Math.ceil(devices / devicesPerCall)
  return { calls, needS: Math.ceil((calls * quota.windowS) / quota.calls) + reactionTimeS }
}

/** What the device's protocol declares of its line; undefined: no connector speaks it, or the device has a line of its own. */
export function sharedLine(attributes: DeviceAttributes, renderers: Renderers): Declaration | undefined {
  const declaration = renderers[attributes.protocol]?.declare(attributes)
  return declaration?.quota ? declaration : undefined
}

/** Programs in which the device is, or will be. */
export function programsAhead({ enrollments, terminatedMs }: DeviceState, nowMs: number): readonly string[] {
  if (terminatedMs !== null && terminatedMs <= nowMs) return []
  const ahead = enrollments.filter((one) => one.fromMs > nowMs || covers(one, nowMs))
  return [...new Set(ahead.map(({ programId }) => programId))]
}

/** A count of two significant digits: partitions are counted, not the whole. */
function about(devices: number): string {
  const unit = 10 ** Math.max(0, String(devices).length - 2)
  return grouped(Math.round(devices / unit) * unit)
}

/** 4200 as 4,200. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',')

/** Words for the verdict on a change; empty = the notice suffices. */
export function warningOf(
  { credential, programId, noticeS }: { readonly credential: string; readonly programId: string; readonly noticeS: number },
  declaration: Declaration,
  devices: number,
): string {
  const load = loadOf(declaration, devices)
  if (!load || load.needS <= noticeS) return ''
  const need = `about ${about(devices)} devices need ${grouped(Math.ceil(load.needS / 60))} min`
  return `credential ${credential}, program ${programId}: ${need}; notice is ${grouped(Math.floor(noticeS / 60))} min`
}

/** What a warning is about, without its figures, which grow as devices are enrolled. */
export function subjectOf(warning: string): string {
  return /^credential .*?(?=: about )/.exec(warning)?.[0] ?? warning
}
