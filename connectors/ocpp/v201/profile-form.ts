/** Charging profiles of the whole station in OCPP 2.0.1 (part 2 K, SetChargingProfileRequest): ChargingStationMaxProfile on EVSE 0. */
import type { Schedule } from '../limits/charging-schedule.ts'
import type { ProfileForm } from '../limits/profile-form.ts'
import { parseTimestamp } from '../wire/timestamp.ts'
import { centralMessages } from './central-messages.ts'
import type { ChargingProfile } from './charging-profile.ts'
import { call201 } from './dialect.ts'

export const form201: ProfileForm = {
  version: '2.0.1',
  // One schedule: more than one are alternatives for ISO 15118, of which the vehicle picks.
  envelope({ profileId, stackLevel, unit, bounded }) {
    const duration = bounded ? '"duration":{{durationS}},' : ''
    return (
      `{"evseId":0,"chargingProfile":{"id":${profileId},"stackLevel":${stackLevel},` +
      '"chargingProfilePurpose":"ChargingStationMaxProfile","chargingProfileKind":"Absolute",' +
      `"chargingSchedule":[{"id":1,"startSchedule":"{{startSchedule}}",${duration}"chargingRateUnit":"${unit}",` +
      '"chargingSchedulePeriod":[{{periods}}]}]}}'
    )
  },
  clearing: (profileId) => JSON.stringify({ chargingProfileId: profileId }),
  scheduleIn(payload) {
    const schedule = scheduleOf(centralMessages.SetChargingProfile.request.parse(payload).chargingProfile)
    if (!schedule) throw new TypeError('startSchedule: is missing')
    return schedule
  },
  askComposite: (chargingRateUnit, duration) => call201('GetCompositeSchedule', { evseId: 0, duration, chargingRateUnit }),
  compositeIn(payload) {
    const { status, schedule } = centralMessages.GetCompositeSchedule.response.parse(payload)
    const startMs = parseTimestamp(schedule?.scheduleStart ?? '')
    if (status !== 'Accepted' || !schedule || startMs === undefined) return undefined
    const { chargingRateUnit: unit, duration, chargingSchedulePeriod: periods } = schedule
    return { unit, startMs, durationS: duration, periods }
  },
}

/** The schedule of a profile of ours; undefined where it has no start, as profiles of others may. */
export function scheduleOf({ chargingSchedule: [schedule] }: ChargingProfile): Schedule | undefined {
  const startMs = parseTimestamp(schedule?.startSchedule ?? '')
  if (!schedule || startMs === undefined) return undefined
  const { chargingRateUnit: unit, duration, chargingSchedulePeriod: periods } = schedule
  return { unit, startMs, durationS: duration, periods }
}
