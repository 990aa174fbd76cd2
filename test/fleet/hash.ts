/** Seeded, repeatable chance: every draw of the fleet is a hash of the seed and what it is about. */

/** 32-bit FNV-1a with a murmur3 finish. */
export function hash32(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5
  const text = parts.join('|')
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** In [0, 1). */
export function chance(...parts: readonly (string | number)[]): number {
  return hash32(...parts) / 2 ** 32
}

/** A whole number from `low` to `high`, both included. */
export function draw(low: number, high: number, ...parts: readonly (string | number)[]): number {
  return low + Math.floor(chance(...parts) * (high - low + 1))
}
