/** What an adapter knows of its vendor's control: the calls to make, what their answers mean, and what a look at a device shows. Pure. */
import type { Command, DeviceAck } from '../../../schemas/dispatch.ts'
import type { CloudDevice } from '../device.ts'
import type { VendorCall } from '../line/call.ts'
import type { Part } from './part.ts'

/** Something of ours, by its name, that a vendor holds for a device. */
export interface VendorObject {
  readonly name: string
  readonly handle: string
  /** Epoch ms UTC. */
  readonly startMs: number
  readonly endMs: number
  /** `waiting`: not at the device yet; `left`: a person at the device ended it. */
  readonly state: 'waiting' | 'delivered' | 'running' | 'ended' | 'failed' | 'left'
  /** The vendor's own word. */
  readonly code: string
}

/** What a look at a device showed. */
export interface Sight {
  /** Epoch ms UTC. */
  readonly atMs: number
  /** Mode of the device, where it has modes: heat, cool, auto, off. */
  readonly mode: string
  /** The device is connected to its vendor, as far as the vendor knows. */
  readonly online: boolean
  /** Things of ours, live or not; what others made is never among them. */
  readonly objects: readonly VendorObject[]
  /** Settings that a one-slot vendor lets us change, in its own form; empty where there are objects. */
  readonly setting: string
}

/** One device in a call that sets a part. */
export interface Placing {
  readonly device: CloudDevice
  readonly command: Command
  readonly part: Part
  /** Contents for the mode of the day. */
  readonly body: unknown
  /** Present where the control looks first. */
  readonly sight: Sight | undefined
  /** Ours, by which it is found again; of a one-slot vendor what was found and what is set. */
  readonly handle: string
}

/** One device in a call that ends a part. */
export interface Ending {
  readonly device: CloudDevice
  readonly handle: string
  readonly sight: Sight | undefined
  /** It has begun at the device. */
  readonly isRunning: boolean
}

/** What an answer says of one device. */
export interface Placed {
  readonly status: Extract<DeviceAck['status'], 'accepted' | 'rejected' | 'notSupported'>
  readonly handle: string
  readonly code: string
  readonly detail: string
}

/** How a one-slot setting stands to what we set: as set, as found before, or as somebody else left it. */
export type Standing = 'set' | 'found' | 'changed'

/** Vendors that change one setting of a device at once and keep no schedule: what is there is read first, and put back at the end. */
export interface OneSlot {
  /** What is found and what will be set, as text for the log; undefined = the mode has no such setting. `before`: the handle that it takes over from. */
  handleOf(sight: Sight, body: unknown, before: string | undefined): string | undefined
  compare(sight: Sight, handle: string): Standing
  /** Lets go of a device of which the log does not say what was found. */
  reset(device: CloudDevice): VendorCall
}

export interface Control {
  /** The vendor can be asked what it holds for a device; it takes cancellations; its copy ends by itself. */
  readonly abilities: { readonly list: boolean; readonly cancel: boolean; readonly expire: boolean }
  /** How long before its start a part may be set, ms; 0 = it is held until then. */
  readonly aheadMs: number
  /** A handle of one call stands for all its devices, and ends for all of them. */
  readonly sharesHandles: boolean
  /** How old a look may be that a part is set after, ms; undefined = none is needed. */
  readonly looksBeforeMs: number | undefined
  /** A device is looked at so often while a part is in force, ms. */
  readonly watchMs: number
  readonly oneSlot: OneSlot | undefined
  /** What the vendor shows of our name for something, where it has no room for all of it. */
  nameOf(tag: string): string
  place(placings: readonly Placing[], tag: string): VendorCall
  /** By device id. Throws where the answer makes no sense. */
  readPlaced(body: unknown, placings: readonly Placing[]): ReadonlyMap<string, Placed>
  /** `endings` of one handle where handles are shared; `others` hold it too and do not want it ended. */
  end(endings: readonly Ending[], others: readonly CloudDevice[]): VendorCall
  /** Whether that call ends it for `others` as well. */
  endsForAll(endings: readonly Ending[], others: readonly CloudDevice[]): boolean
  /** Throws where the answer says that it did not end. */
  readEnded(body: unknown): void
  look(devices: readonly CloudDevice[], nowMs: number): VendorCall
  /** By device id; devices that the answer leaves out are unknown to the vendor. */
  readLook(body: unknown, devices: readonly CloudDevice[], nowMs: number): ReadonlyMap<string, Sight>
}
