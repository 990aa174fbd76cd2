/** A task's keyed store in memory, which remembers what changed since the last transaction. */
import type { Store } from './define.ts'
import type { Frame } from './frame.ts'
import { createSortedKeys, type SortedKeys } from './sorted-keys.ts'

export interface StoreState<V> extends Store<V> {
  /** Takes a record of the changelog; null = deleted. */
  load(key: string, value: V | null): void
  /** Hands each key changed since the last drain to `write` once, with its newest value (undefined = deleted). */
  drain(write: (key: string, value: V | undefined, timestampMs: number) => void): void
}

/** Makes an empty store whose changes are counted in `frame`. */
export function createStore<V>(frame: Frame): StoreState<V> {
  const values = new Map<string, V>()
  /** Time of receipt of the cause of the last change, by key. */
  const changed = new Map<string, number>()
  /** Keys that the transaction made. */
  const made = new Set<string>()
  // Most stores are never walked: keys are sorted from the first walk on.
  let keys: SortedKeys | null = null

  function set(key: string, value: V): void {
    if (keys && !values.has(key)) keys.add(key)
    values.set(key, value)
  }

  function remove(key: string): boolean {
    if (!values.delete(key)) return false
    keys?.delete(key)
    return true
  }

  function note(key: string): void {
    changed.set(key, frame.cause().timestampMs)
    frame.effects++
  }

  return {
    get: (key) => values.get(key),
    put(key, value) {
      if (!values.has(key) && !changed.has(key)) made.add(key)
      set(key, value)
      note(key)
    },
    delete(key) {
      if (!remove(key)) return
      note(key)
      // What comes and goes within a transaction was never there.
      if (made.delete(key)) changed.delete(key)
    },
    entries(after, limit = Number.POSITIVE_INFINITY) {
      keys ??= createSortedKeys(values.keys())
      return keys.after(after, limit).map((key) => [key, values.get(key) as V] as const)
    },
    get size() {
      return values.size
    },
    load(key, value) {
      if (value === null) remove(key)
      else set(key, value)
    },
    drain(write) {
      for (const [key, timestampMs] of changed) write(key, values.get(key), timestampMs)
      changed.clear()
      made.clear()
    },
  }
}
