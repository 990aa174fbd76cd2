/** Looks after files that may be replaced while they are in use. */
import { unwatchFile, watchFile } from 'node:fs'

const LOOK_EVERY_MS = 2_000

/** Calls `onChanged` seconds after any of them was written. Returns what stops it. */
export function watchFiles(files: readonly string[], onChanged: () => void): () => void {
  for (const file of files) watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, onChanged)
  return () => {
    for (const file of files) unwatchFile(file, onChanged)
  }
}
