/** How one version of OCPP writes a charging profile of the whole station, takes it away, and reads it back. */
import type { CentralCall, OcppVersion } from '../wire/dialect.ts'
import type { Schedule } from './charging-schedule.ts'

export interface Envelope {
  readonly profileId: number
  readonly stackLevel: number
  readonly unit: 'A' | 'W'
  /** False: the schedule stands for a lasting limit and has no end. */
  readonly bounded: boolean
}

export interface ProfileForm {
  readonly version: OcppVersion
  /** JSON of a SetChargingProfile with the slots of `template.ts`. No field is ever null: stations have been seen to drop the connection on one. */
  envelope(envelope: Envelope): string
  /** JSON of a ClearChargingProfile of that id only. */
  clearing(profileId: number): string
  /** The schedule in a SetChargingProfile; throws where the payload breaks its schema. */
  scheduleIn(payload: unknown): Schedule
  /** Asks for what the whole station means to follow from now on. */
  askComposite(unit: Schedule['unit'], durationS: number): CentralCall
  /** The schedule in a readable answer to that; undefined = the station gave none. */
  compositeIn(payload: unknown): Schedule | undefined
}
