/** Repeats a step of a session that failed by a fault of ours, until it is done or the session stops. */
import type { Logger } from 'pino'
import { backoffMs } from './backoff.ts'
import type { Pause } from './pause.ts'

export interface UntilDoneDeps {
  readonly vtnId: string
  readonly log: Logger
  readonly pause: Pause
}

/** A fault here is ours, not the VTN's: it is logged, and the session goes on. */
export async function untilDone(what: string, run: () => Promise<void>, { pause, log, vtnId }: UntilDoneDeps): Promise<void> {
  for (let failures = 1; !pause.stopped(); failures++) {
    try {
      return await run()
    } catch (error) {
      if (pause.stopped()) return
      log.error({ vtnId, err: error }, `${what} failed; trying again`)
      await pause.forRealMs(backoffMs(`${vtnId} ${what}`, failures, { firstMs: 500, capMs: 30_000 }))
    }
  }
}
