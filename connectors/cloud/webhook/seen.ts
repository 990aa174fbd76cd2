/** Remembers which messages came, so that each is recorded once; one whose recording failed is forgotten again. */

export interface Seen {
  /** Settles when the message is recorded, by whomever; false: it came before. Rejects where its recording does. */
  once(id: string, record: () => Promise<void>): Promise<boolean>
}

const MOST = 100_000

export function createSeen(): Seen {
  const recordings = new Map<string, Promise<void>>()

  async function begin(id: string, record: () => Promise<void>): Promise<void> {
    try {
      await record()
    } catch (error) {
      recordings.delete(id)
      throw error
    }
  }

  return {
    async once(id, record) {
      const known = recordings.get(id)
      if (known) return known.then(() => false)
      const recording = begin(id, record)
      recordings.set(id, recording)
      for (const oldest of recordings.keys()) {
        if (recordings.size <= MOST) break
        recordings.delete(oldest)
      }
      await recording
      return true
    },
  }
}
