/** Finds the signal or request that a record of utility.events came from. */
import type { LogPosition } from '../../schemas/common.ts'
import type { UtilityEvent } from '../../schemas/utility.ts'

/** null = time alone: nobody answered by the deadline. `signal` of a record goes on naming where the event came from. */
export function causeOf({ again, optCause, optRequest, signal }: UtilityEvent): LogPosition | null {
  if (again) return signal
  return optCause === 'deadline' ? null : (optRequest ?? signal)
}
