/** A device as the tree shows it: what the registry says of it, and the programs that it is in. Pure. */
import { RELEASE } from '../../../processors/dispatch/renderer.ts'
import { termsAt } from '../../../processors/terms/terms-at.ts'
import type { DeviceState } from '../../../schemas/enrollment.ts'
import type { Program } from '../../../schemas/programs.ts'
import { sfdiOf } from '../identity.ts'
import type { Control } from '../limit.ts'
import { decodeDefault } from '../payload.ts'
import { readTraits, type Traits } from '../traits.ts'

export interface DeviceView {
  readonly deviceId: string
  readonly traits: Traits
  readonly sfdi: number
  readonly registeredMs: number
  /** Changes whenever the registry says something new. */
  readonly changedMs: number
  /** Seconds between values that the registry expects; 0 = none are. */
  readonly cadenceS: number
  readonly state: DeviceState
}

export interface ProgramView {
  readonly programId: string
  readonly title: string
  readonly primacy: number
  /** What holds between events; null = nothing of ours. */
  readonly base: Control | null
}

const SFDI_OF_NOBODY = 0

/** null where the registry says that the device is gone, or what it says cannot be understood. */
export function viewOf(state: DeviceState, changedMs: number): DeviceView | null {
  const { deviceId, attributes, registeredMs, terminatedMs } = state
  const traits = readTraits(attributes)
  if (attributes.protocol !== 'sep2' || 'fault' in traits || (terminatedMs !== null && terminatedMs <= changedMs)) return null
  const sfdi = traits.lfdi === undefined ? (traits.sfdi ?? SFDI_OF_NOBODY) : sfdiOf(traits.lfdi)
  return { deviceId, traits, sfdi, registeredMs, changedMs, cadenceS: attributes.cadenceS, state }
}

/** Programs that the device is in at an instant, and `others`, first those of the highest priority. */
export function programsOf(
  { state }: DeviceView,
  others: readonly string[],
  programOf: (programId: string) => Program | undefined,
  nowMs: number,
): readonly ProgramView[] {
  const enrolled = state.enrollments.filter(({ fromMs, untilMs }) => fromMs <= nowMs && (untilMs === null || nowMs < untilMs))
  const programIds = [...new Set([...enrolled.map(({ programId }) => programId), ...others])]
  return programIds
    .map((programId) => {
      const program = programOf(programId)
      const terms = program && termsAt(program, nowMs)
      const release = state.templates.find((template) => template.programId === programId && template.level === RELEASE)
      return {
        programId,
        title: terms?.title ?? programId,
        primacy: primacyOf(terms?.precedence ?? Number.POSITIVE_INFINITY),
        base: release ? decodeDefault(release.payload) : null,
      }
    })
    .sort((a, b) => a.primacy - b.primacy || (a.programId < b.programId ? -1 : 1))
}

/** 0 to 2 mean certain providers, 65 to 191 are for the user to define (sep.xsd, PrimacyType); a lower number wins, as with us. */
export function primacyOf(precedence: number): number {
  const within = Math.max(0, precedence)
  return within <= 2 ? within : Math.min(191, within + 62)
}
