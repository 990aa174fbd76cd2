/** Folds the changes of a device up to an offset, as the dispatcher knew them. */
import { foldChange } from '../../../processors/enrollment/fold.ts'
import type { DeviceState } from '../../../schemas/enrollment.ts'
import type { Evidence } from './evidence.ts'

/** Undefined: not registered by then. A change that has a verdict counts if it was accepted; one without counts if it can be taken. */
export function foldDevice({ changes, verdicts }: Pick<Evidence, 'changes' | 'verdicts'>, throughOffset: number): DeviceState | undefined {
  const refused = new Set(verdicts.filter(({ value }) => value.refusal !== null).map(({ value }) => value.changeOffset))
  const taken = new Set<string>()
  let state: DeviceState | undefined
  for (const { value: change, offset } of changes) {
    if (offset > throughOffset || refused.has(offset) || taken.has(change.changeId)) continue
    const folded = foldChange(state, change, offset)
    if ('refusal' in folded) continue
    taken.add(change.changeId)
    state = folded
  }
  return state
}
