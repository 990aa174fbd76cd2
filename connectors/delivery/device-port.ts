/** What delivery asks of a protocol: reach a device, carry a command to it, and look whether it holds. */
import type { AckStatus, Command } from '../../schemas/dispatch.ts'

/** What was seen when a command was carried to a device. `retry`: no final answer, try again while the command lives. */
export interface Delivered {
  readonly status: Extract<AckStatus, 'accepted' | 'rejected' | 'notSupported' | 'timedOut' | 'released' | 'superseded'> | 'disconnected'
  readonly code: string
  readonly detail: string
  readonly vendorHandle: string
}

/** One protocol's devices, as far as this node reaches them. */
export interface DevicePort {
  /** The epoch of the open connection; undefined = not reachable from here. */
  epochOf(deviceId: string): number | undefined
  /** Carries a command to its device. Never rejects. */
  deliver(command: Command): Promise<Delivered>
  /** Looks whether an accepted command holds; absent where the protocol cannot tell. Never rejects. */
  verify?(command: Command): Promise<'holds' | 'differs' | 'unknown'>
}
