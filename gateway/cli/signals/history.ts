/** What the log says of signals, and of what they were taken to mean at the time. */

import { causeOf } from '../../../processors/interpreter/cause.ts'
import type { LogPosition } from '../../../schemas/common.ts'
import type { ProgramChange } from '../../../schemas/programs.ts'
import type { SessionFact, UtilityEvent, UtilityRequest, UtilitySignal } from '../../../schemas/utility.ts'

/** A record with its place. */
export interface Located<T> {
  readonly value: T
  readonly position: LogPosition
  /** Drover's time of receipt, epoch ms UTC. */
  readonly timestampMs: number
}

export interface SignalHistory {
  /** In the order of the log, each. */
  readonly signals: readonly Located<UtilitySignal>[]
  /** Also those of the week before, by which repeated ones are known. */
  readonly requests: readonly Located<UtilityRequest>[]
  readonly events: readonly Located<UtilityEvent>[]
  readonly changes: readonly Located<ProgramChange>[]
  readonly facts: readonly Located<SessionFact>[]
}

export const placeOf = ({ topic, partition, offset }: LogPosition): string => `${topic}-${partition}-${offset}`

/** The input that a record of utility.events answers; undefined = time alone. */
export function inputOf(event: UtilityEvent): string | undefined {
  const cause = causeOf(event)
  return cause ? placeOf(cause) : undefined
}
