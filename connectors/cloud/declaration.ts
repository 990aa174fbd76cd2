/** What an adapter declares of its vendor; batching, queues, quotas, telemetry and what happens after a crash follow from it. */
import type { Declaration } from '../../processors/dispatch/renderer.ts'

/** So many calls in any window of this length. */
export interface Quota {
  readonly calls: number
  readonly windowS: number
}

export interface CloudDeclaration extends Declaration {
  /** All of them hold for each credential; `quota` is what commands may use of the one that bounds how fast they go out. */
  readonly quotas: readonly Quota[]
  /** Holds for each site besides; null = the vendor counts by credential only. */
  readonly siteQuota: Quota | null
  /** Calls of one credential that may be under way at once. */
  readonly concurrency: number
  /** Thousandths of each quota that only ends and releases may use. */
  readonly releasePermille: number
  /** Most that telemetry may use, thousandths of each quota. */
  readonly pollPermille: number
}

/** A vendor that takes no commands keeps nothing back for them. */
export const TELEMETRY_ONLY = { releasePermille: 0, pollPermille: 1000 } as const
/** A fifth is kept for releases; telemetry gets half, and only what commands leave. */
export const WITH_COMMANDS = { releasePermille: 200, pollPermille: 500 } as const

/** What is left of a quota when the share for releases is kept back. */
export const forCommands = ({ calls, windowS }: Quota): Quota => ({
  calls: Math.max(1, Math.floor((calls * (1000 - WITH_COMMANDS.releasePermille)) / 1000)),
  windowS,
})
