/** Numbers that follow from ids, by which devices are spread over time and over the order of call. */

export const HASH_BUCKETS = 64

/** 32-bit FNV-1a with the finalizer of MurmurHash3, so that ids that differ in one digit land far apart. */
export function hash32(text: string, seed = 0x811c9dc5): number {
  let hash = seed
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** Place of a device among those with equally many events, 0 to 63. */
export const hashBucket = (deviceId: string): number => hash32(deviceId) % HASH_BUCKETS

/** Whole seconds from 0 to `spreadS`, inclusive: the same for a device and an event at every plan, also when it is cancelled. */
export const offsetS = (spreadS: number, deviceId: string, eventSeed: number): number =>
  spreadS <= 0 ? 0 : hash32(deviceId, eventSeed) % (spreadS + 1)
