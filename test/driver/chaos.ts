/** Seeded disorder: where processes crash, and in which order unrelated records come. */

/** Numbers in [0, 1) that follow from the seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Whether the process dies at the end of a transaction: before its commit (all is lost) or just after it (only memory is). */
export type Crash = 'none' | 'beforeCommit' | 'afterCommit'

export interface CrashOptions {
  /** Dies once, before the commit of the n-th transaction, counted from 1. */
  readonly crashAfter?: number | undefined
  /** Dies at about every fourth transaction, before or after its commit, as the seed says. */
  readonly crashAnywhere?: number | undefined
}

/** Says for each transaction in turn whether it crashes. */
export function planCrashes({ crashAfter, crashAnywhere }: CrashOptions): () => Crash {
  const random = crashAnywhere === undefined ? null : createRandom(crashAnywhere)
  let transactions = 0
  return () => {
    if (++transactions === crashAfter) return 'beforeCommit'
    const chance = random?.() ?? 1
    if (chance < 1 / 8) return 'beforeCommit'
    return chance < 1 / 4 ? 'afterCommit' : 'none'
  }
}

/** A permutation as the generator says. */
export function shuffle<T>(items: readonly T[], random: () => number): T[] {
  const shuffled = [...items]
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T]
  }
  return shuffled
}

/** A permutation that keeps the order of items with the same key. */
export function shuffleUnrelated<T>(items: readonly T[], keyOf: (item: T) => string, random: () => number): T[] {
  const queues = new Map<string, T[]>()
  for (const item of items) {
    const queue = queues.get(keyOf(item))
    if (queue) queue.push(item)
    else queues.set(keyOf(item), [item])
  }
  // Each item's key draws its place; the key's oldest item then takes it.
  return shuffle(items, random).map((item) => queues.get(keyOf(item))?.shift() as T)
}
