/** Puts off what a VTN did not take or give, and only that. */
import { backoffMs } from './backoff.ts'

/** Failures in a row of one sort of move, and when it may be tried again. */
export interface Trouble {
  readonly failures: number
  readonly untilMs: number
  readonly detail: string
}

/** How far a talk has come, as far as trouble goes; K: the sorts of moves. */
export interface Troubled<K extends string> {
  readonly trouble: Readonly<Partial<Record<K, Trouble>>>
}

export interface Failure {
  readonly detail: string
  /** What the VTN wants us to wait, Drover's ms; 0 = it did not say. */
  readonly retryMs: number
}

export interface PutOffAt {
  readonly vtnId: string
  readonly nowMs: number
  readonly timing: { readonly firstBackoffMs: number; readonly capBackoffMs: number }
}

/** A VTN may ask for a longer wait than our own back-off, but not for one without end. */
const LONGEST_RETRY_MS = 3_600_000

export function troubled<K extends string, C extends Troubled<K>>(course: C, kind: K, failure: Failure, at: PutOffAt): C {
  const { vtnId, nowMs, timing } = at
  const failures = (course.trouble[kind]?.failures ?? 0) + 1
  const ownMs = backoffMs(`${vtnId} ${kind}`, failures, { firstMs: timing.firstBackoffMs, capMs: timing.capBackoffMs })
  const untilMs = nowMs + Math.max(ownMs, Math.min(failure.retryMs, LONGEST_RETRY_MS))
  return { ...course, trouble: { ...course.trouble, [kind]: { failures, untilMs, detail: failure.detail } } }
}

export function untroubled<K extends string, C extends Troubled<K>>(course: C, kind: K): C {
  const { [kind]: _, ...trouble } = course.trouble
  return { ...course, trouble }
}
