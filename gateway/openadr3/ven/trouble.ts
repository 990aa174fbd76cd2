/** Puts off what failed, and only that. */
import { backoffMs } from '../../retry/backoff.ts'
import type { Course, Talk, Timing } from './course.ts'

export interface Failure {
  readonly detail: string
  /** What the VTN wants us to wait, Drover's ms; 0 = it did not say. */
  readonly retryMs: number
}

/** A VTN may ask for a longer wait than our own back-off, but not for one without end. */
const LONGEST_RETRY_MS = 3_600_000

export function troubled(course: Course, kind: Talk, failure: Failure, at: { vtnId: string; nowMs: number; timing: Timing }): Course {
  const { vtnId, nowMs, timing } = at
  const failures = (course.trouble[kind]?.failures ?? 0) + 1
  const ownMs = backoffMs(`${vtnId} ${kind}`, failures, { firstMs: timing.firstBackoffMs, capMs: timing.capBackoffMs })
  const untilMs = nowMs + Math.max(ownMs, Math.min(failure.retryMs, LONGEST_RETRY_MS))
  return { ...course, trouble: { ...course.trouble, [kind]: { failures, untilMs, detail: failure.detail } } }
}

export function untroubled(course: Course, kind: Talk): Course {
  const { [kind]: _, ...trouble } = course.trouble
  return { ...course, trouble }
}
