/** Says what is missing or doubled, by ids. */
import type { Noted } from './story.ts'

export interface Deviations {
  readonly missing: readonly string[]
  readonly doubled: readonly string[]
  readonly unexpected: readonly string[]
}

export const none: Deviations = { missing: [], doubled: [], unexpected: [] }

/** Compares ids found with ids due, each of which should be there once. */
export function deviations(found: readonly string[], due: readonly string[]): Deviations {
  const counts = new Map<string, number>()
  for (const id of found) counts.set(id, (counts.get(id) ?? 0) + 1)
  const expected = new Set(due)
  return {
    missing: due.filter((id) => !counts.has(id)),
    doubled: [...counts].flatMap(([id, count]) => (count > 1 ? [id] : [])),
    unexpected: [...counts.keys()].filter((id) => !expected.has(id)),
  }
}

/** Devices whose things are not numbered 1, 2, 3 … in order: their counter lost a change, or got one twice. */
export function misnumbered(notes: readonly Noted[]): readonly string[] {
  const next = new Map<string, number>()
  const wrong = new Set<string>()
  for (const { deviceId, number } of notes) {
    const due = next.get(deviceId) ?? 1
    if (number !== due) wrong.add(deviceId)
    next.set(deviceId, due + 1)
  }
  return [...wrong]
}
