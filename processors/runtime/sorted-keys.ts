/** Keys in ascending order, sorted only when they are read. */

/** Changes up to this many are put in place one by one; more of them are merged in one go. */
const FEW = 16

/** A set of keys for ordered walks. The caller adds only absent keys and deletes only present ones. */
export interface SortedKeys {
  add(key: string): void
  delete(key: string): void
  /** Keys after `after` (exclusive; undefined = from the start), ascending, at most `limit`. */
  after(after: string | undefined, limit: number): string[]
  readonly size: number
}

/** The first index whose key is not less than `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((keys[middle] as string) < key) low = middle + 1
    else high = middle
  }
  return low
}

function merge(left: readonly string[], right: readonly string[], gone: ReadonlySet<string>): string[] {
  const merged: string[] = []
  let next = 0
  for (const key of left) {
    if (gone.has(key)) continue
    while (next < right.length && (right[next] as string) < key) merged.push(right[next++] as string)
    merged.push(key)
  }
  while (next < right.length) merged.push(right[next++] as string)
  return merged
}

/** Makes a set of sorted keys; `initial` has no key twice. */
export function createSortedKeys(initial: Iterable<string> = []): SortedKeys {
  let sorted: string[] = []
  const fresh = new Set<string>(initial)
  const gone = new Set<string>()

  function settle(): void {
    if (fresh.size + gone.size === 0) return
    if (fresh.size + gone.size > FEW) {
      sorted = merge(sorted, [...fresh].sort(), gone)
    } else {
      for (const key of gone) sorted.splice(lowerBound(sorted, key), 1)
      for (const key of fresh) sorted.splice(lowerBound(sorted, key), 0, key)
    }
    fresh.clear()
    gone.clear()
  }

  return {
    add(key) {
      if (!gone.delete(key)) fresh.add(key)
    },
    delete(key) {
      if (!fresh.delete(key)) gone.add(key)
    },
    after(after, limit) {
      settle()
      let start = 0
      if (after !== undefined) {
        start = lowerBound(sorted, after)
        if (sorted[start] === after) start++
      }
      return sorted.slice(start, limit === Number.POSITIVE_INFINITY ? undefined : start + limit)
    },
    get size() {
      return sorted.length + fresh.size - gone.size
    },
  }
}
