/** Devices as enrollment leaves them: in programs, with rendered templates; to be changed where a test needs it. */
import { renderDevice } from '../../processors/enrollment/render-templates.ts'
import type { DeviceAttributes, DeviceState, Enrollment } from '../../schemas/enrollment.ts'
import type { Program } from '../../schemas/programs.ts'
import { someAttributes } from './changes.ts'
import { readableRenderer } from './renderer.ts'
import { aProgram } from './terms.ts'

export interface DeviceOptions extends Partial<Omit<DeviceState, 'attributes'>> {
  readonly attributes?: Partial<DeviceAttributes>
  /** Programs that it is in since 1970, unless `enrollments` says otherwise; their levels are rendered. Default: summer-shed. */
  readonly programs?: readonly Program[]
}

export const anEnrollment = (programId = 'summer-shed', changes: Partial<Enrollment> = {}): Enrollment => ({
  programId,
  resourceId: null,
  fromMs: 0,
  untilMs: null,
  registration: 'none',
  termsVersion: 1,
  ...changes,
})

/** A loopback charger of 11 kW in summer-shed. */
export function aDevice({ attributes, programs = [aProgram()], ...changes }: DeviceOptions = {}): DeviceState {
  const state: DeviceState = {
    deviceId: 'd-1',
    attributes: someAttributes({ protocol: 'loopback', ...attributes }),
    memberships: [],
    enrollments: programs.map(({ programId }) => anEnrollment(programId)),
    suspensions: [],
    optOuts: [],
    templates: [],
    registeredMs: 0,
    terminatedMs: null,
    lastChangeOffset: 0,
    ...changes,
  }
  if (changes.templates) return state
  const versionOf = (programId: string) => programs.find((program) => program.programId === programId)?.versions[0]
  return renderDevice(state, versionOf, { loopback: readableRenderer('loopback'), ocpp: readableRenderer('ocpp') }).state
}
