/** Effective-dated entries: [from, until) in epoch ms UTC, where a null until is open. */

export interface Period {
  readonly fromMs: number
  readonly untilMs: number | null
}

/** Whether an instant lies in the period. */
export const covers = ({ fromMs, untilMs }: Period, atMs: number): boolean => fromMs <= atMs && (untilMs === null || atMs < untilMs)

/** Whether two periods share an instant. */
export const overlaps = (a: Period, b: Period): boolean =>
  (b.untilMs === null || a.fromMs < b.untilMs) && (a.untilMs === null || b.fromMs < a.untilMs)

/** The entries that match, cut at `atMs`: those that cover it end there, those that start later vanish. */
export function endAt<T extends Period>(entries: readonly T[], atMs: number, matches: (entry: T) => boolean): readonly T[] {
  return entries.flatMap((entry) => {
    if (!matches(entry)) return [entry]
    if (entry.fromMs >= atMs) return []
    return covers(entry, atMs) ? [{ ...entry, untilMs: atMs }] : [entry]
  })
}

/**
 * Entries of which one holds at a time, with one more from `entry.fromMs` on: it cuts short the one before it, and ends where the next starts.
 * ```
 * before  |--- A ---------|--- C ---
 * entry          |- B …
 * after   |- A --|-- B ---|--- C ---
 * ```
 */
export function insertAt<T extends Period>(entries: readonly T[], entry: T): readonly T[] {
  const next = entries
    .filter((known) => known.fromMs > entry.fromMs)
    .reduce<number | null>((least, { fromMs }) => (least === null ? fromMs : Math.min(least, fromMs)), null)
  const untilMs = next !== null && (entry.untilMs === null || next < entry.untilMs) ? next : entry.untilMs
  const kept = entries
    .filter((known) => known.fromMs !== entry.fromMs)
    .map((known) => (covers(known, entry.fromMs) ? { ...known, untilMs: entry.fromMs } : known))
  return [...kept, { ...entry, untilMs }].sort((a, b) => a.fromMs - b.fromMs)
}
