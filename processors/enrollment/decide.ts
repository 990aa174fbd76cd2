/** Decides what one change comes to: a verdict, and the new state of the device when it is taken. */
import type { DeviceState, EnrollmentChange, EnrollmentRefusal, EnrollmentVerdict } from '../../schemas/enrollment.ts'
import type { ProgramVersion } from '../../schemas/programs.ts'
import { foldChange } from './fold.ts'
import { type Renderers, renderDevice } from './render-templates.ts'

export interface Decision {
  readonly verdict: EnrollmentVerdict
  /** undefined = refused; the device stays as it is. */
  readonly state: DeviceState | undefined
}

/** Kinds after which templates have to be rendered again. */
export const RENDERS: ReadonlySet<string> = new Set(['attributesChanged', 'enrolled', 'moved'])

export interface Surroundings {
  readonly versionOf: (programId: string) => ProgramVersion | undefined
  readonly renderers: Renderers
  /** Change ids of this device that were taken before. */
  readonly taken: ReadonlySet<string>
}

/** An enrolled change is refused when its program is unknown or its payloads cannot be rendered, so that faults show before an event. */
export function decideChange(
  state: DeviceState | undefined,
  change: EnrollmentChange,
  changeOffset: number,
  around: Surroundings,
): Decision {
  const answer = (refusal: EnrollmentRefusal | null, detail: string, next?: DeviceState): Decision => ({
    verdict: { changeId: change.changeId, deviceId: change.deviceId, changeOffset, refusal, detail },
    state: next,
  })
  if (around.taken.has(change.changeId)) return answer('duplicate', `changeId: ${change.changeId} was taken before`)
  const folded = foldChange(state, change, changeOffset)
  if ('refusal' in folded) return answer(folded.refusal, folded.detail)
  if (!RENDERS.has(change.kind)) return answer(null, '', folded)
  if (change.kind === 'enrolled' && change.programId !== null && !around.versionOf(change.programId)) {
    return answer('unknownProgram', `programId: unknown program "${change.programId}"`)
  }
  const rendered = renderDevice(folded, around.versionOf, around.renderers)
  const fault = rendered.faults.join('; ')
  return change.kind === 'enrolled' && fault !== '' ? answer('noTemplate', fault) : answer(null, fault, rendered.state)
}
