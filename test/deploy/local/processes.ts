/** Lets tests look at processes, and wait for conditions. */
import { setTimeout as sleep } from 'node:timers/promises'

/** True while a process with this id exists. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Resolves once the condition holds; throws, saying what was awaited, after the limit. */
export const until = async (what: string, condition: () => boolean | Promise<boolean>, limitMs = 20_000): Promise<void> => {
  const endMs = performance.now() + limitMs
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`still not so after ${limitMs} ms: ${what}`)
    await sleep(25)
  }
}
