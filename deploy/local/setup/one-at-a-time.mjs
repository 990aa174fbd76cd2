/** Lets only one set-up of a checkout work at a time; a second one waits for the first. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** In a bare container nobody collects the exit of a process, and the dead keep their ids. */
const isZombie = (pid) => {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

const holderOf = (file) => {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    process.kill(pid, 0)
    return isZombie(pid) ? undefined : pid
  } catch {
    return undefined
  }
}

const take = (file) => {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    return false
  }
}

/** Runs `work` while holding the file. A file whose process has ended is taken over. */
export const oneAtATime = async (file, log, work) => {
  mkdirSync(dirname(file), { recursive: true })
  for (let isFirst = true; !take(file); isFirst = false) {
    const holder = holderOf(file)
    if (holder === undefined) rmSync(file, { force: true })
    else if (isFirst) log(`waiting for another set-up (process ${holder}) to finish`)
    if (holder !== undefined) await sleep(500)
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}
