/** Charging profiles of the whole station in OCPP 1.6 (§3.13, §5.16, §7.8): ChargePointMaxProfile on connector 0. */
import type { Schedule } from '../limits/charging-schedule.ts'
import type { ProfileForm } from '../limits/profile-form.ts'
import { parseTimestamp } from '../wire/timestamp.ts'
import { centralMessages } from './central-messages.ts'
import type { ChargingSchedule } from './charging-profile.ts'
import { call16 } from './dialect.ts'

export const form16: ProfileForm = {
  version: '1.6',
  envelope({ profileId, stackLevel, unit, bounded }) {
    const duration = bounded ? '"duration":{{durationS}},' : ''
    return (
      `{"connectorId":0,"csChargingProfiles":{"chargingProfileId":${profileId},"stackLevel":${stackLevel},` +
      '"chargingProfilePurpose":"ChargePointMaxProfile","chargingProfileKind":"Absolute",' +
      `"chargingSchedule":{${duration}"startSchedule":"{{startSchedule}}","chargingRateUnit":"${unit}",` +
      '"chargingSchedulePeriod":[{{periods}}]}}}'
    )
  },
  clearing: (profileId) => JSON.stringify({ id: profileId }),
  scheduleIn(payload) {
    const { chargingSchedule } = centralMessages.SetChargingProfile.request.parse(payload).csChargingProfiles
    const schedule = scheduleOf(chargingSchedule, chargingSchedule.startSchedule)
    if (!schedule) throw new TypeError('startSchedule: is missing')
    return schedule
  },
  askComposite: (chargingRateUnit, duration) => call16('GetCompositeSchedule', { connectorId: 0, duration, chargingRateUnit }),
  compositeIn(payload) {
    const { status, scheduleStart, chargingSchedule } = centralMessages.GetCompositeSchedule.response.parse(payload)
    if (status !== 'Accepted' || !chargingSchedule) return undefined
    return scheduleOf(chargingSchedule, scheduleStart ?? chargingSchedule.startSchedule)
  },
}

function scheduleOf({ chargingRateUnit, duration, chargingSchedulePeriod }: ChargingSchedule, start = ''): Schedule | undefined {
  const startMs = parseTimestamp(start)
  if (startMs === undefined) return undefined
  return { unit: chargingRateUnit, startMs, durationS: duration, periods: chargingSchedulePeriod }
}
