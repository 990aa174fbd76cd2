/** Keys of settlement's stores: an event's units lie side by side, by unit id. */
import type { Store } from '../runtime/define.ts'

const SEPARATOR = '\u0000'

export function unitKey(eventId: string, unitId: string): string {
  return `${eventId}${SEPARATOR}${unitId}`
}

/** Entries of one event whose unit comes after `afterUnit` (empty = from the first), by unit id, at most `limit`. */
export function entriesOf<V>(store: Store<V>, eventId: string, afterUnit: string, limit: number): (readonly [string, V])[] {
  const prefix = `${eventId}${SEPARATOR}`
  const entries = store.entries(`${prefix}${afterUnit}`, limit)
  const own: (readonly [string, V])[] = []
  for (const [key, value] of entries) {
    if (!key.startsWith(prefix)) break
    own.push([key.slice(prefix.length), value])
  }
  return own
}
