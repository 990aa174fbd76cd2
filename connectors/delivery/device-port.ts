/** What delivery asks of a protocol: reach a device, carry a command to it, and look whether it holds. */
import type { Channel } from '../../schemas/common.ts'
import type { AckStatus, Command } from '../../schemas/dispatch.ts'

/**
 * What was seen when a command was carried to a device. `timedOut`: no answer, tried again while the command lives;
 * `disconnected`: carried again when the device is back; the rest are answers of the device.
 */
export interface Delivered {
  readonly status: Extract<AckStatus, 'accepted' | 'rejected' | 'notSupported' | 'timedOut' | 'superseded'> | 'disconnected'
  /** The device's own word. */
  readonly code: string
  readonly detail: string
  readonly vendorHandle: string
}

/** What a look at the device showed: the command holds, does not, or nothing was shown. */
export interface Checked {
  readonly holds: 'yes' | 'no' | 'unknown'
  readonly detail: string
  /** With `unknown`: before this nothing can be shown, epoch ms UTC; such a look does not count. */
  readonly againMs?: number
}

/** A stretch of a device's channel for which values were expected and did not come. */
export interface Missing {
  readonly deviceId: string
  readonly channel: Channel
  /** Epoch ms UTC. */
  readonly fromMs: number
  /** Exclusive, epoch ms UTC; grows while the device stays silent. */
  readonly untilMs: number
}

/** What asking for missing values came to: they are on the way as telemetry; or not now, ask again; or the device has none to give. */
export type Asked = 'coming' | 'later' | 'impossible'

/** One protocol's devices, as far as this node reaches them. Nothing here rejects. */
export interface DevicePort {
  /** The epoch of the open connection; undefined = not reachable from here. */
  epochOf(deviceId: string): number | undefined
  /** Carries a command to its device; must be harmless when it is done twice. */
  deliver(command: Command): Promise<Delivered>
  /** Looks whether an accepted command holds; absent where the protocol cannot tell. */
  verify?(command: Command): Promise<Checked>
  /** When the device must be given the command again, because what it could take at `sentMs` was only a part; undefined = it has it all. */
  againMs?(command: Command, sentMs: number): number | undefined
  /** Asks a device or its vendor for values that did not come; absent where the protocol has no way to ask. */
  backfill?(missing: Missing): Promise<Asked>
}
