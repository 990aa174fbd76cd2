/** Charging profiles as OCPP 2.0.1 writes them, brought to the form in which a charger keeps them, and back. */
import type { ClearRequest, Installed, Profile } from './charging-profile.ts'

type Schedule = Profile['chargingSchedule']

export type Profile201 = Omit<Profile, 'chargingProfileId' | 'transactionId' | 'chargingProfilePurpose' | 'chargingSchedule'> & {
  id: number
  transactionId?: string
  chargingProfilePurpose: 'ChargingStationExternalConstraints' | 'ChargingStationMaxProfile' | 'TxDefaultProfile' | 'TxProfile'
  chargingSchedule: (Schedule & { id: number })[]
}

/** Several schedules are alternatives for ISO 15118; the chargers here know none of that and take the first. */
export function installedFrom(
  { evseId, chargingProfile }: { evseId: number; chargingProfile: Profile201 },
  installedMs: number,
): Installed {
  const { id, transactionId: _, chargingProfilePurpose: purpose, chargingSchedule, ...rest } = chargingProfile
  const [schedule] = chargingSchedule
  if (!schedule) throw new Error(`profile ${id} has no schedule`)
  const chargingProfilePurpose = purpose === 'ChargingStationMaxProfile' ? 'ChargePointMaxProfile' : purpose
  return {
    connectorId: evseId,
    installedMs,
    profile: { ...rest, chargingProfileId: id, chargingProfilePurpose, chargingSchedule: schedule },
  }
}

/** What ReportChargingProfiles says of a profile. */
export function reported({ profile }: Installed): Profile201 {
  const { chargingProfileId: id, transactionId: _, chargingProfilePurpose: purpose, chargingSchedule, ...rest } = profile
  const chargingProfilePurpose = purpose === 'ChargePointMaxProfile' ? 'ChargingStationMaxProfile' : purpose
  return { ...rest, id, chargingProfilePurpose, chargingSchedule: [{ ...chargingSchedule, id: 1 }] }
}

export interface Clear201 {
  chargingProfileId?: number
  chargingProfileCriteria?: { evseId?: number; chargingProfilePurpose?: string; stackLevel?: number }
}

export function clearRequest({ chargingProfileId, chargingProfileCriteria: criteria = {} }: Clear201): ClearRequest {
  const { evseId, chargingProfilePurpose: purpose, stackLevel } = criteria
  return {
    ...(chargingProfileId === undefined ? {} : { id: chargingProfileId }),
    ...(evseId === undefined ? {} : { connectorId: evseId }),
    ...(purpose === undefined
      ? {}
      : { chargingProfilePurpose: purpose === 'ChargingStationMaxProfile' ? 'ChargePointMaxProfile' : purpose }),
    ...(stackLevel === undefined ? {} : { stackLevel }),
  }
}
