/** Waits for conditions instead of for time. */
import { setTimeout as sleep } from 'node:timers/promises'

const PAUSE_MS = 50

/** Resolves with the first result of `look` that is neither undefined nor false, looking every `pauseMs`. Throws, saying what was awaited, after `limitMs`. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  limitMs = 60_000,
  pauseMs = PAUSE_MS,
): Promise<T> {
  const endMs = performance.now() + limitMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > endMs) throw new Error(`${what}: not within ${limitMs} ms`)
    await sleep(pauseMs)
  }
}
