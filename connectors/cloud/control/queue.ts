/** Devices that wait for one line, in groups that one call can serve: the most urgent purpose first, then the earliest deadline. */
import { PURPOSES, type Purpose } from '../line/allowance.ts'

/** What a device waits to have done; devices of equal keys may go in one call. */
export interface Job {
  readonly deviceId: string
  readonly purpose: Purpose
  readonly key: string
  /** Epoch ms UTC. */
  readonly deadlineMs: number
}

export interface Queue {
  /** In place of what the device waited for before. */
  put(job: Job): void
  remove(deviceId: string): void
  size(): number
  /** Up to `most` jobs of the most urgent group, which stay in the queue; none = nobody waits. */
  first(mostOf: (job: Job) => number): readonly Job[]
  /** Groups of a purpose in the order in which they are served. */
  groups(purpose: Purpose): readonly (readonly Job[])[]
}

interface Group {
  readonly purpose: Purpose
  readonly jobs: Map<string, Job>
  deadlineMs: number
}

export function createQueue(): Queue {
  const groups = new Map<string, Group>()
  const keys = new Map<string, string>()

  function remove(deviceId: string): void {
    const key = keys.get(deviceId)
    const group = key === undefined ? undefined : groups.get(key)
    if (!group || key === undefined) return
    keys.delete(deviceId)
    group.jobs.delete(deviceId)
    if (group.jobs.size === 0) groups.delete(key)
  }

  const isBefore = (a: Group, b: Group): boolean => {
    const order = PURPOSES.indexOf(a.purpose) - PURPOSES.indexOf(b.purpose)
    return order === 0 ? a.deadlineMs < b.deadlineMs : order < 0
  }

  return {
    remove,
    put(job) {
      const key = `${job.purpose}|${job.key}`
      if (keys.get(job.deviceId) !== key) remove(job.deviceId)
      const group = groups.get(key) ?? { purpose: job.purpose, jobs: new Map(), deadlineMs: job.deadlineMs }
      groups.set(key, group)
      keys.set(job.deviceId, key)
      group.jobs.set(job.deviceId, job)
      group.deadlineMs = Math.min(group.deadlineMs, job.deadlineMs)
    },
    size: () => keys.size,
    first(mostOf) {
      let best: Group | undefined
      for (const group of groups.values()) if (!best || isBefore(group, best)) best = group
      const jobs = best?.jobs.values() ?? [].values()
      const picked: Job[] = []
      for (const job of jobs) {
        picked.push(job)
        if (picked.length >= mostOf(job)) break
      }
      return picked
    },
    groups(purpose) {
      const own = [...groups.values()].filter((group) => group.purpose === purpose)
      return own.sort((a, b) => a.deadlineMs - b.deadlineMs).map(({ jobs }) => [...jobs.values()])
    },
  }
}
