/** Gathers the events of one signal, which come one after the other, so that they are planned at once. */
import type { UtilityEvent } from '../../schemas/utility.ts'

export interface Gathered {
  /** Still waiting for the rest of its signal. */
  readonly pending: readonly UtilityEvent[]
  /** Whole signals, oldest first. */
  readonly whole: readonly (readonly UtilityEvent[])[]
}

/** The first event of the next signal ends one that never became whole, so that nothing waits for ever. */
export function gather(pending: readonly UtilityEvent[], event: UtilityEvent): Gathered {
  const broken = event.batchIndex === 0 && pending.length > 0 ? [pending] : []
  const batch = broken.length > 0 ? [event] : [...pending, event]
  return event.batchIndex + 1 >= event.batchCount ? { pending: [], whole: [...broken, batch] } : { pending: batch, whole: broken }
}
