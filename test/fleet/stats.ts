/** The fleet's counters, in one place. */

export type FleetStats = {
  connected: number
  connecting: number
  /** Requests of the central system, and replies sent to them. */
  calls: number
  replies: number
  /** Monotonic time of the latest reply, ms. */
  lastReplyMs: number
  /** Requests of ours that were answered, or refused with a CALLERROR. */
  answered: number
  callErrors: number
  /** Made; of these sent twice, and lost on purpose. */
  meterValues: number
  doubled: number
  dropped: number
}

export function createStats(): FleetStats {
  return {
    connected: 0,
    connecting: 0,
    calls: 0,
    replies: 0,
    lastReplyMs: 0,
    answered: 0,
    callErrors: 0,
    meterValues: 0,
    doubled: 0,
    dropped: 0,
  }
}
