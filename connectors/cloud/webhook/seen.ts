/** Remembers which messages came, so that each counts once; a message whose record failed is forgotten again. */

export interface Seen {
  /** False: it came before. */
  add(id: string): boolean
  forget(id: string): void
}

const MOST = 100_000

export function createSeen(): Seen {
  const ids = new Set<string>()
  return {
    add(id) {
      if (ids.has(id)) return false
      ids.add(id)
      for (const oldest of ids) {
        if (ids.size <= MOST) break
        ids.delete(oldest)
      }
      return true
    },
    forget: (id) => void ids.delete(id),
  }
}
