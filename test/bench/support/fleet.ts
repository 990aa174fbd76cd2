/** Fleets of OCPP chargers that are enrolled already: their states stand on enrollment.state as enrollment would have left them. */
import { protocols } from '../../../connectors/registry.ts'
import { renderDevice } from '../../../processors/enrollment/render-templates.ts'
import type { DeviceAttributes, DeviceState } from '../../../schemas/enrollment.ts'
import type { ProgramTerms } from '../../../schemas/program-terms.ts'
import type { Program } from '../../../schemas/programs.ts'
import { enrollmentState, programsChanges } from '../../../topics/catalogue.ts'
import { someAttributes } from '../../build/changes.ts'
import { anEnrollment } from '../../build/devices.ts'
import { aProgram, aProgramChange } from '../../build/terms.ts'
import { appendAll } from './append-all.ts'
import type { Stage } from './stage.ts'

export interface Fleet {
  readonly programId: string
  readonly size: number
  readonly deviceIds: readonly string[]
}

/** Chargers of ten ratings: as many kinds as a program of one maker may have. */
const KINDS = 10
const kinds = Array.from({ length: KINDS }, (_, kind) => someAttributes({ ratedW: 7_000 + kind * 1_000, minimumW: 0, cadenceS: 60 }))
const oneOfTheKinds = (index: number): DeviceAttributes => kinds[index % KINDS] as DeviceAttributes

/** Makes states with templates rendered by the connector, once for devices that are alike. */
function createStates(program: Program): (attributes: DeviceAttributes) => DeviceState {
  const known = new Map<DeviceAttributes, DeviceState>()
  return (attributes) => {
    const alike = known.get(attributes)
    if (alike) return alike
    const state: DeviceState = {
      deviceId: '',
      attributes,
      memberships: [{ siteId: 'site-1', meterId: null, fromMs: 0, untilMs: null }],
      enrollments: [anEnrollment(program.programId)],
      suspensions: [],
      optOuts: [],
      templates: [],
      registeredMs: 0,
      terminatedMs: null,
      lastChangeOffset: 1,
    }
    const rendered = renderDevice(state, () => program.versions[0], protocols.renderers)
    if (rendered.faults.length > 0) throw new Error(rendered.faults.join('; '))
    known.set(attributes, rendered.state)
    return rendered.state
  }
}

/** Terms by which an event is never refused and nobody waits. */
export const termsOf = (changes: Partial<ProgramTerms> = {}): ProgramTerms =>
  aProgram('any', { vtnId: null, marketContext: null, ...changes }).versions[0]?.terms as ProgramTerms

export function fleetOf(size: number, name = `fleet-${size}`): Fleet {
  const digits = String(size).length
  return { programId: name, size, deviceIds: Array.from({ length: size }, (_, i) => `${name}-${String(i).padStart(digits, '0')}`) }
}

/** Writes the states of the fleet, by the bench itself: otherwise only enrollment does. */
export async function seedStates(stage: Stage, fleet: Fleet, terms: ProgramTerms, attributesAt = oneOfTheKinds): Promise<void> {
  stage.log(`writing ${fleet.size} enrolled states`)
  const stateOf = createStates(aProgram(fleet.programId, terms))
  await appendAll(fleet.deviceIds, (deviceId, i) => stage.writer.append(enrollmentState, { ...stateOf(attributesAt(i)), deviceId }))
}

/** Records the program's terms by the ordinary way, for the control sub-topology to take. */
export async function recordProgram({ writer }: Stage, { programId }: Fleet, terms: ProgramTerms): Promise<void> {
  await writer.append(programsChanges, aProgramChange({ programId, terms, reason: 'bench', recordedBy: 'bench' }))
}
