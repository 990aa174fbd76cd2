/** The fleet as the enrollment file that `drover enroll import` reads, and the changes that make some of it stay away. */
import type { EnrollmentChange } from '../../schemas/enrollment.ts'
import { aChange } from '../build/changes.ts'
import type { MixedFleet } from '../fleet/mixed/fleet.ts'
import { MAIN_PROGRAM, OTHER_PROGRAM } from './programs.ts'

const ATTRIBUTES = [
  ...(['protocol', 'vendor', 'model', 'ratedW', 'standingLimitW', 'minimumW', 'phases', 'voltageV', 'limitUnit', 'cadenceS'] as const),
  ...(['credential', 'placeId'] as const),
]

/** The vendor that the operator holds before the event. */
export const HELD_VENDOR = 'vendor-19'

/** CSV with one row per device, enrolled since `sinceMs`. */
export function registryFile(fleet: Pick<MixedFleet, 'ids' | 'attributesOf'>, sinceMs: number): string {
  const sinceIso = new Date(sinceMs).toISOString()
  const devices = fleet.ids().map((id) => ({ id, attributes: fleet.attributesOf(id) }))
  const extras = [...new Set(devices.flatMap(({ attributes }) => Object.keys(attributes.extra)))].sort()
  const rows = devices.map(({ id, attributes }, index) => {
    const programs = index % 3 === 0 ? `${MAIN_PROGRAM};${OTHER_PROGRAM}` : MAIN_PROGRAM
    const cells = [...ATTRIBUTES.map((name) => attributes[name] ?? ''), ...extras.map((name) => attributes.extra[name] ?? '')]
    return [id, `site-${index}`, programs, sinceIso, ...cells].join(',')
  })
  const header = ['deviceId', 'siteId', 'programs', 'effectiveFrom', ...ATTRIBUTES, ...extras.map((name) => `extra.${name}`)]
  return [header.join(','), ...rows].join('\n')
}

const kinds = ['suspended', 'terminated', 'unenrolled', 'held'] as const

/** One device in 25 is suspended, terminated, un-enrolled or held, in turn. */
export function exceptions(ids: readonly string[], nowMs: number): readonly EnrollmentChange[] {
  return ids.flatMap((deviceId, index) => {
    const kind = index % 25 === 0 ? kinds[(index / 25) % kinds.length] : undefined
    if (kind === undefined) return []
    const programId = kind === 'unenrolled' ? MAIN_PROGRAM : null
    return [
      aChange(kind, { deviceId, effectiveFromMs: nowMs, programId, reason: 'demo', actorId: 'demo', changeId: `demo ${kind} ${deviceId}` }),
    ]
  })
}
