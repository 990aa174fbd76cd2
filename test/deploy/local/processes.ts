/** Lets tests look at processes, and wait for conditions. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Where process 1 collects nobody's exit, as in a bare container, the dead keep their ids. */
const isZombie = (pid: number): boolean => {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** True while a process with this id runs. */
export const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0) && !isZombie(pid)
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
