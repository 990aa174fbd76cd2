/** Enrollment changes and attributes, to be changed where a test needs it. */
import type { DeviceAttributes, EnrollmentChange } from '../../schemas/enrollment.ts'

/** A three-phase charger of 11 kW. */
export function someAttributes(changes: Partial<DeviceAttributes> = {}): DeviceAttributes {
  return {
    protocol: 'ocpp',
    vendor: 'acme',
    model: 'one',
    ratedW: 11_000,
    standingLimitW: null,
    minimumW: 4_140,
    phases: 3,
    voltageV: 230,
    limitUnit: 'W',
    cadenceS: 900,
    credential: '',
    placeId: 'feeder-1',
    extra: {},
    ...changes,
  }
}

/** A change of device d-1 by an operator; its id follows from what it says unless one is given. */
export function aChange(kind: EnrollmentChange['kind'], changes: Partial<EnrollmentChange> = {}): EnrollmentChange {
  const registering = kind === 'registered' ? { attributes: someAttributes(), siteId: 'site-1' } : {}
  const change = {
    changeId: '',
    deviceId: 'd-1',
    kind,
    effectiveFromMs: 0,
    effectiveUntilMs: null,
    programId: null,
    eventId: null,
    attributes: null,
    siteId: null,
    meterId: null,
    resourceId: null,
    registration: null,
    actor: 'operator' as const,
    actorId: 'op-1',
    reason: 'test',
    ...registering,
    ...changes,
  }
  return { ...change, changeId: change.changeId || JSON.stringify(change) }
}
