/** Looks for our profile among those that a station has installed, where it cannot say what it will follow (OCPP 2.0.1 part 2 K09). */
import type { Checked } from '../../delivery/device-port.ts'
import { compareSchedules } from '../limits/read-back.ts'
import type { ReadCall } from '../limits/read-command.ts'
import type { CentralCall } from '../wire/dialect.ts'
import type { CallOutcome } from '../wire/outcome.ts'
import { centralMessages } from './central-messages.ts'
import { chargingProfile } from './charging-profile.ts'
import { call201 } from './dialect.ts'
import { scheduleOf } from './profile-form.ts'
import type { ProfileReports } from './profile-reports.ts'

const WHAT = 'GetChargingProfiles'

/** `sent`: the SetChargingProfile that the station accepted. */
export async function askInstalled(
  { schedule, payloadJson }: ReadCall,
  { requestId, profiles }: ReturnType<ProfileReports['expect']>,
  call: (question: CentralCall) => Promise<CallOutcome>,
): Promise<Checked> {
  const { id } = centralMessages.SetChargingProfile.request.parse(JSON.parse(payloadJson)).chargingProfile
  const outcome = await call(call201('GetChargingProfiles', { requestId, chargingProfile: { chargingProfileId: [id] } }))
  if (outcome.kind === 'rejected' && outcome.status === 'NoProfiles')
    return { holds: 'no', detail: `${WHAT}: the station has no profile of ours` }
  if (outcome.kind !== 'accepted' || !schedule) return { holds: 'unknown', detail: `${WHAT}: ${outcome.kind}` }
  const reported = await profiles
  const ours = reported?.map((profile) => chargingProfile.parse(profile)).find((profile) => profile.id === id)
  return ours
    ? compareSchedules(schedule, scheduleOf(ours), WHAT)
    : { holds: 'unknown', detail: `${WHAT}: the station reports nothing of it` }
}
