/** The enrollment change by which a station completes its own registration. */
import type { DeviceAttributes, EnrollmentChange } from '../../../schemas/enrollment.ts'
import { hashId } from '../../../topics/ids.ts'
import type { Findings } from './findings.ts'
import type { Registered } from './prober.ts'

export const completed = (attributes: DeviceAttributes, fill: Findings['fill']): DeviceAttributes => ({
  ...attributes,
  extra: { ...attributes.extra, ...fill },
})

/**
 * Its id follows from the device, what was found and the registration that it completes: found again, it is the same change; after a
 * registration was written anew without these values it is another. undefined = there is nothing to add.
 */
export function changeOf(
  deviceId: string,
  { attributes, lastChangeOffset }: Registered,
  fill: Findings['fill'],
  nowMs: number,
): EnrollmentChange | undefined {
  const found = Object.entries(fill).sort(([a], [b]) => (a < b ? -1 : 1))
  if (found.length === 0) return undefined
  return {
    changeId: hashId('settings', deviceId, lastChangeOffset, JSON.stringify(found)),
    deviceId,
    kind: 'attributesChanged',
    effectiveFromMs: nowMs,
    effectiveUntilMs: null,
    programId: null,
    eventId: null,
    // The fold takes what is still open of `extra`, and nothing else.
    attributes: completed(attributes, fill),
    siteId: null,
    meterId: null,
    resourceId: null,
    registration: null,
    actor: 'device',
    actorId: deviceId,
    reason: `the station's own settings: ${found.map(([name, value]) => `${name} ${value}`).join(', ')}`,
  }
}
