/** Tells how far a long command is, on stderr. */

/** Says at most once a second what `words` gives then. */
export function createTeller(silent: boolean): (words: () => string) => void {
  let lastMs = performance.now()
  return (words) => {
    if (silent || performance.now() - lastMs < 1_000) return
    lastMs = performance.now()
    console.error(words())
  }
}
