/** Compares where a replay leaves compacted topics with where the log has them: older values of a key may be gone there. */
import { findDifference } from '../../../processors/runtime/difference.ts'
import type { TaskOutput } from '../../../processors/runtime/task-contract.ts'

/** Newest value by topic and key; null = deleted. */
export type Newest = Map<string, Map<string, Buffer | null>>

export function noteNewest(newest: Newest, { topic, key, value }: TaskOutput): void {
  const keys = newest.get(topic) ?? new Map<string, Buffer | null>()
  newest.set(topic, keys.set(key, value))
}

export interface NewestDifference {
  readonly topic: string
  readonly key: string
  readonly field: string
  readonly recorded: unknown
  readonly replayed: unknown
}

/** The first key whose newest values differ; null = they are equal. */
export function compareNewest(
  topic: string,
  replayed: ReadonlyMap<string, Buffer | null>,
  recorded: ReadonlyMap<string, Buffer>,
  decode: (value: Buffer) => unknown,
): NewestDifference | null {
  for (const key of new Set([...replayed.keys(), ...recorded.keys()])) {
    const [was, now] = [recorded.get(key) ?? null, replayed.get(key) ?? null]
    if (was === null && now === null) continue
    if (was === null || now === null) return { topic, key, field: 'record', recorded: was && decode(was), replayed: now && decode(now) }
    const found = was.equals(now) ? null : findDifference(decode(was), decode(now))
    if (found) return { topic, key, ...found }
  }
  return null
}
