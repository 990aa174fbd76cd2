/** What fleets behind a vendor's cloud have in common: who is in them, how each misbehaves, what of it is reported, and the people who leave events. */
import { type CloudEvent, createEventIndex, type Follows, type IndexOptions, startPeople } from './cloud-events.ts'
import { type CloudMix, type CloudTraits, cloudTraitsOf, isReported } from './cloud-traits.ts'

export interface MembersOptions<E extends CloudEvent> extends Omit<IndexOptions<E>, 'deliveryMsOf'> {
  /** How many. */
  readonly devices: number
  readonly seed: number
  readonly clock: { nowMs(): number }
  readonly mix: CloudMix
  readonly idOf: (index: number) => string
}

export interface CloudMembers<E> {
  ids(): readonly string[]
  /** Throws where the fleet has no such device. */
  traitsOf(id: string): CloudTraits
  isOnline(id: string): boolean
  setOnline(id: string, online: boolean): void
  /** What a device follows, the newest event last. */
  followsOf(id: string): readonly Follows<E>[]
  /** Whether the cloud has the value of an interval now. */
  isReported(id: string, endMs: number): boolean
  /** Whether the cloud has, or will have, the value of an interval. */
  isEverReported(id: string, endMs: number): boolean
  /** Lets people end what their device has followed for too long. Returns what stops it. */
  startPeople(leave: (id: string) => void): () => void
}

export function createCloudMembers<E extends CloudEvent>(options: MembersOptions<E>): CloudMembers<E> {
  const { devices, seed, clock, mix, idOf } = options
  const ids = Array.from({ length: devices }, (_, index) => idOf(index))
  const traits = new Map(ids.map((id) => [id, cloudTraitsOf(seed, id, mix)]))
  const offline = new Set<string>()

  function traitsOf(id: string): CloudTraits {
    const own = traits.get(id)
    if (!own) throw new RangeError(`no device ${id} in this fleet`)
    return own
  }

  const index = createEventIndex<E>({ ...options, deliveryMsOf: (id) => traitsOf(id).deliveryMs })
  return {
    ids: () => ids,
    traitsOf,
    isOnline: (id) => !offline.has(id),
    setOnline: (id, online) => void (online ? offline.delete(id) : offline.add(id)),
    followsOf: index.of,
    isReported: (id, endMs) => isReported(seed, id, traitsOf(id), { endMs, nowMs: clock.nowMs() }),
    isEverReported: (id, endMs) => isReported(seed, id, traitsOf(id), { endMs, nowMs: Number.POSITIVE_INFINITY }),
    startPeople(leave) {
      const people = ids.map((id) => ({ id, afterMs: traitsOf(id).leavesAfterMs ?? Number.POSITIVE_INFINITY }))
      return startPeople(people, clock, { index, leave })
    },
  }
}
