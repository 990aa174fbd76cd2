/** What Drover must know about a station to limit it: read from its configuration and its registration at enrollment. */

import type { OcppVersion } from '../wire/dialect.ts'

export type Traits = {
  /** Of OCPP, in which the station is spoken to. */
  version: OcppVersion
  /** ChargingScheduleAllowedChargingRateUnit: W where the station allows it. */
  unit: 'W' | 'A'
  phases: 1 | 2 | 3
  /** Phase to neutral. */
  voltageV: number
  /** What the station can draw at most, all connectors and phases together. */
  ratedW: number
  /** A limit that holds outside events too (fuse, site contract). */
  standingLimitW?: number
  /** Smallest current per phase to ask for (6 A, IEC 61851-1) where the station does not resume from 0; absent = 0 A is fine. */
  minChargingA?: number
  /** ChargingScheduleMaxPeriods. */
  maxPeriods?: number
  stackLevel: number
  profileId: number
  /**
   * The standing limit is a profile on our own stack level, because the station has no other: ours replaces it
   * (OCPP 1.6 §3.13.2), even before it starts, so every schedule and the release carry it along instead of leaving nothing.
   */
  replacesStanding?: boolean
}
