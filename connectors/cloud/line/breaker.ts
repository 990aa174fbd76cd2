/** Stops calling a vendor that does not answer, and lets one call through from time to time to see whether it does again. */
import { hashId } from '../../../topics/ids.ts'

export interface Breaker {
  /** Failures in a row. */
  readonly failures: number
  /** No call before this, epoch ms UTC; 0 = closed. */
  readonly openUntilMs: number
  /** After an open time a single call is under way to see whether the vendor answers again. */
  readonly isProbing: boolean
}

export const closedBreaker: Breaker = { failures: 0, openUntilMs: 0, isProbing: false }

/** So many failures in a row open it. */
const MOST_FAILURES = 4
const FIRST_OPEN_MS = 15_000
const LONGEST_OPEN_MS = 600_000

export const isOpen = ({ openUntilMs }: Breaker): boolean => openUntilMs > 0

/** Whether a call may be made, or from when on, epoch ms UTC; Infinity = when the call that probes has come back. */
export function passAtMs({ openUntilMs, isProbing }: Breaker, nowMs: number): number {
  return isProbing ? Number.POSITIVE_INFINITY : Math.max(nowMs, openUntilMs)
}

/** A call goes out: while the breaker is open it is the one that probes. */
export const called = (breaker: Breaker): Breaker => (isOpen(breaker) ? { ...breaker, isProbing: true } : breaker)

export const succeeded = (breaker: Breaker): Breaker => (breaker.failures === 0 ? breaker : closedBreaker)

/** A call that said nothing about the vendor's health, such as one that was throttled. */
export const undecided = (breaker: Breaker): Breaker => (breaker.isProbing ? { ...breaker, isProbing: false } : breaker)

/** `isFinal`: one is enough, as when the vendor does not know us any more. The spread of the pause follows from the name of the credential. */
export function failed(breaker: Breaker, nowMs: number, about: { readonly name: string; readonly isFinal: boolean }): Breaker {
  const failures = breaker.failures + 1
  const over = failures - (about.isFinal ? 1 : MOST_FAILURES)
  if (over < 0) return { failures, openUntilMs: 0, isProbing: false }
  const fullMs = Math.min(LONGEST_OPEN_MS, FIRST_OPEN_MS * 2 ** Math.min(over, 20))
  const spread = Number.parseInt(hashId('breaker', about.name, failures).slice(0, 8), 16) / 2 ** 32
  return { failures, openUntilMs: nowMs + Math.ceil(fullMs * (0.75 + spread / 2)), isProbing: false }
}
