/** The fleet as the enrollment file that `drover enroll import` reads, and the changes that make some of it stay away. */
import type { EnrollmentChange } from '../../schemas/enrollment.ts'
import { aChange } from '../build/changes.ts'
import type { DeviceTraits } from '../fleet/traits.ts'
import { MAIN_PROGRAM, OTHER_PROGRAM } from './programs.ts'

const HEADER =
  'deviceId,siteId,protocol,vendor,model,ratedW,standingLimitW,minimumW,phases,voltageV,limitUnit,cadenceS,placeId,programs,effectiveFrom,extra.stackLevel,extra.maxPeriods,extra.ocppVersion'

/** The vendor that the operator holds before the event. */
export const HELD_VENDOR = 'vendor-19'

function row(traits: DeviceTraits, index: number, sinceIso: string): string {
  const unit = traits.units.includes('Power') ? 'W' : 'A'
  const programs = index % 3 === 0 ? `${MAIN_PROGRAM};${OTHER_PROGRAM}` : MAIN_PROGRAM
  const cells = [
    traits.id,
    `site-${index}`,
    'ocpp',
    `vendor-${index % 20}`,
    `model-${index % 4}`,
    traits.ratedW,
    traits.standingLimitW ?? '',
    0,
    traits.phases,
    traits.voltageV,
    unit,
    900,
  ]
  return [...cells, `feeder-${index % 12}`, programs, sinceIso, traits.maxStackLevel, traits.maxPeriods, traits.ocppVersion].join(',')
}

/** CSV with one row per charger, enrolled since `sinceMs`. */
export function registryFile(fleet: readonly DeviceTraits[], sinceMs: number): string {
  const sinceIso = new Date(sinceMs).toISOString()
  return [HEADER, ...fleet.map((traits, index) => row(traits, index, sinceIso))].join('\n')
}

const kinds = ['suspended', 'terminated', 'unenrolled', 'held'] as const

/** One charger in 25 is suspended, terminated, un-enrolled or held, in turn. */
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
