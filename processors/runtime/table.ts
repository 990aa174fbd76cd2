/** A task's joined table in memory, with keys found by the terms of their values. */
import type { Table } from './define.ts'
import { createSortedKeys, type SortedKeys } from './sorted-keys.ts'

export interface TableState<V> extends Table<V> {
  /** Takes a record of the topic (null = deleted) and returns what it replaced. */
  take(key: string, value: V | null): V | undefined
}

const NO_TERMS: readonly string[] = []

const distinct = (terms: readonly string[]): readonly string[] => (terms.length < 2 ? terms : [...new Set(terms)])

/** Makes an empty table; `indexBy` gives the terms under which a key is found, `intern` what is held for a value. */
export function createTable<V>(indexBy?: (value: V) => readonly string[], intern: (value: V) => V = (value) => value): TableState<V> {
  const values = new Map<string, V>()
  const byTerm = new Map<string, SortedKeys>()

  function enlist(key: string, term: string): void {
    let keys = byTerm.get(term)
    if (!keys) {
      keys = createSortedKeys()
      byTerm.set(term, keys)
    }
    keys.add(key)
  }

  function strike(key: string, term: string): void {
    const keys = byTerm.get(term)
    keys?.delete(key)
    if (keys?.size === 0) byTerm.delete(term)
  }

  function reindex(key: string, previous: V | undefined, value: V | null): void {
    if (!indexBy) return
    const before = previous === undefined ? NO_TERMS : distinct(indexBy(previous))
    const after = value === null ? NO_TERMS : distinct(indexBy(value))
    for (const term of before) if (!after.includes(term)) strike(key, term)
    for (const term of after) if (!before.includes(term)) enlist(key, term)
  }

  return {
    get: (key) => values.get(key),
    indexed: (term, after, limit) => byTerm.get(term)?.after(after, limit) ?? [],
    get size() {
      return values.size
    },
    take(key, value) {
      const previous = values.get(key)
      reindex(key, previous, value)
      if (value === null) values.delete(key)
      else values.set(key, intern(value))
      return previous
    },
  }
}
