/** Appends many records, some thousands under way at a time. */

const UNDER_WAY = 10_000

/** Resolves when every record is durable. */
export async function appendAll<T>(items: readonly T[], append: (item: T, index: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < items.length; from += UNDER_WAY)
    await Promise.all(items.slice(from, from + UNDER_WAY).map((item, i) => append(item, from + i)))
}
