/** What the demo prints: lines with the wall time, and one live line that is written over while something is under way. */

export interface Screen {
  /** Whether anybody sees the live line. */
  readonly isLive: boolean
  step(words: string): void
  detail(words: string): void
  /** Written over by the next one; nothing where output is not a terminal. Returns the words. */
  live(words: string): string
}

export function createScreen(out: NodeJS.WriteStream): Screen {
  const startMs = performance.now()
  const seconds = () => `${((performance.now() - startMs) / 1000).toFixed(1).padStart(6)} s`
  const clear = () => (out.isTTY ? '\r\u001b[2K' : '')
  const print = (text: string) => {
    out.write(`${clear()}${text}\n`)
  }
  return {
    isLive: out.isTTY === true,
    step: (words) => print(`${seconds()}  ${words}`),
    detail: (words) => print(`          ${words}`),
    live: (words) => {
      if (out.isTTY) out.write(`${clear()}${seconds()}  ${words}`)
      return words
    },
  }
}
