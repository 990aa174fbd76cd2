/** Waits until a list of complaints is empty, and gives those that stay. */
import { setTimeout as sleep } from 'node:timers/promises'

const PAUSE_MS = 250

/** Looks again and again; resolves with nothing as soon as there is nothing to complain of, else with the last complaints after `limitMs`. */
export async function complaintsAfter(
  limitMs: number,
  look: () => Promise<readonly string[]> | readonly string[],
): Promise<readonly string[]> {
  const endMs = performance.now() + limitMs
  for (;;) {
    const complaints = await look()
    if (complaints.length === 0 || performance.now() > endMs) return complaints
    await sleep(PAUSE_MS)
  }
}
