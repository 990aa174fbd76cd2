/** Folds operator stops and their ends into the stops in force. */
import type { OperatorHold, UtilityEvent } from '../../schemas/utility.ts'

const same = (a: OperatorHold, b: OperatorHold): boolean => a.scope === b.scope && a.id === b.id

/** The stops after the events of one signal; the same list when nothing changed. */
export function foldHolds(before: readonly OperatorHold[], events: readonly UtilityEvent[]): readonly OperatorHold[] {
  let holds = before
  for (const { kind, hold } of events) {
    if (!hold) continue
    const known = holds.some((one) => same(one, hold))
    if (kind === 'hold' && !known) holds = [...holds, hold]
    if (kind === 'unhold' && known) holds = holds.filter((one) => !same(one, hold))
  }
  return holds
}
