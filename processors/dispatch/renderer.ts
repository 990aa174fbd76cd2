/** What dispatch and enrollment ask of a protocol: payload templates at enrollment, filled timelines at dispatch. */
import type { Protocol } from '../../schemas/common.ts'
import type { Segment } from '../../schemas/dispatch.ts'
import type { DeviceAttributes } from '../../schemas/enrollment.ts'

/** A level with the limit it means for one device. */
export interface LevelLimit {
  readonly level: string
  /** Limit, W; already at or below the standing limit. */
  readonly limitW: number
  /** Which way the program moves load; absent = shed. It matters where a device can give power as well as draw it. */
  readonly direction?: 'shed' | 'take'
}

/** A payload with named slots, for one level and device mode. */
export interface RenderedTemplate {
  readonly level: string
  readonly mode: string
  readonly limitW: number
  readonly payload: Buffer
}

/** The level under which the release payload is kept. */
export const RELEASE = 'release'

/** What the line to a device can carry: its own connection, or a credential that it shares with other devices. */
export interface Declaration {
  /** Least seconds between a command and its effect; a shorter notice is `sentAtRisk`. */
  readonly reactionTimeS: number
  /** Calls that one credential may make in any window; null = each device has a line of its own. */
  readonly quota: { readonly calls: number; readonly windowS: number } | null
  /** Devices that one call can give equal payloads; 1 = no lists. */
  readonly devicesPerCall: number
}

/** One protocol's pure rendering, injected by the topology. */
export interface ProtocolRenderer {
  readonly protocol: Protocol
  /** For a device of these attributes; equal attributes declare the same. */
  declare(attributes: DeviceAttributes): Declaration
  /** One template per level, and one for RELEASE; or the field that makes it impossible. Equal attributes give equal bytes. */
  render(attributes: DeviceAttributes, levels: readonly LevelLimit[]): readonly RenderedTemplate[] | { readonly fault: string }
  /** The payload of a whole timeline (empty = release) from the device's templates by level. Depends on nothing else, so that it can be memoised by (templates, timeline). */
  fill(timeline: readonly Segment[], templates: ReadonlyMap<string, Buffer>): Buffer
}
