/** What delivery asks of a protocol: reach a device, carry a command to it, and look whether it holds. */
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
}

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
}
