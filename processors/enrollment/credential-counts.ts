/** Counts the devices of each credential and program in this partition. */
import { type Infer, int, record } from '../../schemas/avro.ts'
import type { DeviceState } from '../../schemas/enrollment.ts'
import type { ProgramVersion } from '../../schemas/programs.ts'
import type { Store } from '../runtime/define.ts'
import { programsAhead, sharedLine, warningOf } from './credentials.ts'
import type { Renderers } from './render-templates.ts'

export const credentialCount = record('CredentialCount', 'Devices of one credential in one program, of this partition.', {
  devices: int('Devices enrolled now or later, as they stood when they last changed.'),
})
export type CredentialCount = Infer<typeof credentialCount>

const keyOf = (credential: string, programId: string): string => `${credential}\u0000${programId}`

/** The counts that the device is part of. */
export function countsOf(state: DeviceState, renderers: Renderers, nowMs: number): readonly string[] {
  if (!sharedLine(state.attributes, renderers)) return []
  return programsAhead(state, nowMs).map((programId) => keyOf(state.attributes.credential, programId))
}

/** Moves the device from the counts that it was part of to those that it is part of now. */
export function recount(store: Store<CredentialCount>, before: readonly string[], after: readonly string[]): void {
  const add = (key: string, devices: number): void => store.put(key, { devices: (store.get(key)?.devices ?? 0) + devices })
  for (const key of before) if (!after.includes(key)) add(key, -1)
  for (const key of after) if (!before.includes(key)) add(key, 1)
}

/** Warnings about the credential of the device, one for each of its programs whose notice is too short for all of its devices. */
export function credentialWarnings(
  state: DeviceState,
  around: {
    readonly counts: Store<CredentialCount>
    readonly renderers: Renderers
    readonly versionOf: (programId: string) => ProgramVersion | undefined
    readonly nowMs: number
    /** Devices are spread evenly over so many. */
    readonly partitions: number
  },
): readonly string[] {
  const { counts, renderers, versionOf, nowMs, partitions } = around
  const { credential } = state.attributes
  const line = sharedLine(state.attributes, renderers)
  if (!line) return []
  return programsAhead(state, nowMs).flatMap((programId) => {
    const noticeS = versionOf(programId)?.terms.noticeS
    const devices = (counts.get(keyOf(credential, programId))?.devices ?? 0) * partitions
    const warning = noticeS === undefined ? '' : warningOf({ credential, programId, noticeS }, line, devices)
    return warning === '' ? [] : [warning]
  })
}
