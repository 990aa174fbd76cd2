/** Says on the log which commands will not be in time, as soon as that can be foreseen. */
import { plain } from '../../delivery/recorder.ts'
import type { Line } from '../line/line.ts'
import type { Job, Queue } from './queue.ts'
import { type Case, caseOf, partsOf, record, type Stage } from './stage.ts'

/** Foreseen so often at most, Drover's ms, for each line. */
const EVERY_MS = 5_000
const toldAt = new WeakMap<Queue, number>()

/**
 * Groups are served in the order of their deadlines, a call for each `devicesPerCall` of a group:
 *
 *     now  |--call--|--call--|--call--|--call--|      as the quota allows
 *                   ^ due          ^ due
 */
export function tellDelayed(stage: Stage, queue: Queue, line: Line, why: string): void {
  const nowMs = stage.clock.nowMs()
  if (nowMs < (toldAt.get(queue) ?? 0) + EVERY_MS) return
  toldAt.set(queue, nowMs)
  let calls = queue.groups('release').length
  for (const jobs of queue.groups('command')) {
    const first = jobs[0] && caseOf(stage, jobs[0].deviceId)
    const perCall = first ? (stage.adapters.get(first.device.vendor)?.declare(first.device.attributes).devicesPerCall ?? 1) : 1
    for (let from = 0; from < jobs.length; from += perCall) {
      calls += 1
      const atMs = line.doneAtMs('command', calls)
      for (const job of jobs.slice(from, from + perCall)) tellOne(stage, job, { atMs, calls, why })
    }
  }
}

interface Foreseen {
  readonly atMs: number
  readonly calls: number
  readonly why: string
}

/** Once for each command, when its first part can not be there at its start. */
function tellOne(stage: Stage, { deviceId }: Job, { atMs, calls, why }: Foreseen): void {
  const one = caseOf(stage, deviceId)
  if (!one || one.file.delayedSeq >= one.command.seq) return
  const startMs = startOfFirst(one)
  if (startMs === undefined || atMs <= startMs) return
  const due = Number.isFinite(atMs) ? new Date(atMs).toISOString() : 'not known when'
  const detail = `${why}: ${calls} calls up to it; due ${due}, after its start at ${new Date(startMs).toISOString()}`
  stage.instruments.delayed(one.device.credential)
  record(stage, one.command, plain('delayed', detail)).catch(() => undefined)
}

/** Of a part that began before the command was issued, nobody expects that it is in time. */
function startOfFirst(one: Case): number | undefined {
  const { command } = one
  const starts = (partsOf(one) ?? []).map(({ startMs }) => startMs).filter((startMs) => startMs > command.issuedMs)
  return starts.length > 0 ? Math.min(...starts) : undefined
}
