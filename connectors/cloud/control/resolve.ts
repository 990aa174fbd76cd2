/** Says what a look at a device shows about the parts that it has, or may have. Pure. */
import type { DeviceAck } from '../../../schemas/dispatch.ts'
import type { DeviceFile } from '../../delivery/device-file.ts'
import type { Control, Sight, VendorObject } from './control.ts'
import { endOf, startOf } from './part.ts'

export type Finding =
  /** A call that nobody answered had arrived. */
  | { readonly is: 'there'; readonly held: DeviceAck; readonly handle: string; readonly code: string }
  /** It had not: no word of it to the log, for a successor would look again. */
  | { readonly is: 'absent'; readonly held: DeviceAck }
  | { readonly is: 'inForce'; readonly held: DeviceAck; readonly code: string }
  /** It was accepted, and the device does something else. */
  | { readonly is: 'notInForce'; readonly held: DeviceAck; readonly code: string }
  | { readonly is: 'ended'; readonly held: DeviceAck }
  | { readonly is: 'overridden'; readonly held: DeviceAck; readonly detail: string }
  | { readonly is: 'failed'; readonly held: DeviceAck; readonly code: string }
  /** Ours by its name, and no part that we know of: a twin that arrived late, or one from before the log. */
  | { readonly is: 'stray'; readonly object: VendorObject }

/** What a vendor shows of something new may lag behind its answer. */
const SETTLE_MS = 120_000

const isUnsure = ({ status }: DeviceAck): boolean => status === 'attempting' || status === 'timedOut'
const isHeld = ({ status }: DeviceAck): boolean => status === 'accepted' || status === 'applied'

export function resolveSight(file: DeviceFile, sight: Sight, control: Pick<Control, 'oneSlot'>): readonly Finding[] {
  const { oneSlot } = control
  if (oneSlot) return resolveSlot(file, sight, oneSlot)
  const known = file.parts.flatMap((held) => resolveObject(held, sight))
  return [...known, ...straysOf(file, sight)]
}

function resolveObject(held: DeviceAck, sight: Sight): readonly Finding[] {
  if (!isUnsure(held) && !isHeld(held)) return []
  const object = sight.objects.find(({ name, handle }) => (isUnsure(held) ? name : handle) === held.vendorHandle)
  if (!object) return missing(held, sight)
  const { state, code, handle } = object
  if (state === 'failed') return [{ is: 'failed', held, code }]
  if (state === 'left' || (state === 'ended' && sight.atMs < endOf(held.part)))
    return [{ is: 'overridden', held, detail: `at the device: ${code}` }]
  if (isUnsure(held)) return [{ is: 'there', held, handle, code }]
  const isInForce = state === 'running' || (state === 'delivered' && sight.atMs >= startOf(held.part))
  if (held.status !== 'accepted') return []
  if (isInForce) return [{ is: 'inForce', held, code }]
  return sight.atMs >= startOf(held.part) + SETTLE_MS ? [{ is: 'notInForce', held, code }] : []
}

/** A vendor lists what a device has; something that it was told to keep until its end, and does not any more, was taken away by somebody. */
function missing(held: DeviceAck, { atMs, online }: Sight): readonly Finding[] {
  if (isUnsure(held)) return [{ is: 'absent', held }]
  const isExpected = online && atMs >= Math.max(startOf(held.part), held.atMs) + SETTLE_MS && atMs < endOf(held.part)
  return isExpected ? [{ is: 'overridden', held, detail: 'the device does not have it any more' }] : []
}

function straysOf({ parts }: DeviceFile, { objects, atMs }: Sight): readonly Finding[] {
  const isKnown = ({ name, handle }: VendorObject): boolean =>
    parts.some(({ vendorHandle }) => vendorHandle === name || vendorHandle === handle)
  const isAlive = ({ state, endMs }: VendorObject): boolean => state !== 'ended' && state !== 'failed' && state !== 'left' && endMs > atMs
  const strays = objects.filter((object) => isAlive(object) && !isKnown(object))
  return strays.map((object) => ({ is: 'stray', object }))
}

/** One slot: only the part that was set last stands there, or the one before it where its call did not arrive. */
function resolveSlot({ parts }: DeviceFile, sight: Sight, oneSlot: NonNullable<Control['oneSlot']>): readonly Finding[] {
  const held = parts.findLast((part) => isUnsure(part) || isHeld(part) || part.status === 'sent')
  if (!held || !sight.online) return []
  const before = parts.findLast((part) => part !== held && isHeld(part))
  if (isUnsure(held) && before && isStanding(oneSlot, sight, { before, held })) return [{ is: 'absent', held }]
  const standing = oneSlot.compare(sight, held.vendorHandle)
  if (standing === 'changed') return [{ is: 'overridden', held, detail: `the device was set otherwise: ${sight.setting}`.slice(0, 300) }]
  if (isUnsure(held)) {
    if (standing === 'found') return [{ is: 'absent', held }]
    return [{ is: 'there', held, handle: held.vendorHandle, code: 'read back' }]
  }
  if (standing === 'found') {
    if (held.status === 'sent') return [{ is: 'ended', held }]
    // What was never seen in force was not set back by a person: the device did not take it.
    return held.status === 'accepted'
      ? [{ is: 'notInForce', held, code: 'as before' }]
      : [{ is: 'overridden', held, detail: 'the device was set back' }]
  }
  return held.status === 'accepted' ? [{ is: 'inForce', held, code: 'read back' }] : []
}

/** The older part is as it was set, and the newer one is not. */
const isStanding = (
  { compare }: NonNullable<Control['oneSlot']>,
  sight: Sight,
  { before, held }: { readonly before: DeviceAck; readonly held: DeviceAck },
): boolean => compare(sight, held.vendorHandle) !== 'set' && compare(sight, before.vendorHandle) === 'set'
