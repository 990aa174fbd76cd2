/** Tries again what the admin client calls retriable: a topic just made has no leader yet. */
import { setTimeout as sleep } from 'node:timers/promises'

const PAUSE_MS = 100
const ATTEMPTS = 100

const isRetriable = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'retriable' in error && error.retriable === true

/** Runs `attempt` until it succeeds, fails for good, or has failed for ten seconds. */
export async function retryRetriable<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = ATTEMPTS; ; left--) {
    try {
      return await attempt()
    } catch (error) {
      if (!isRetriable(error) || left === 0) throw error
      await sleep(PAUSE_MS)
    }
  }
}
