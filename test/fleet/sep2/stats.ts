/** The counters of a fleet of IEEE 2030.5 clients, in one place. */

export interface FleetStats {
  /** Under way. */
  visiting: number
  /** Polls that came to their end, and those that did not. */
  visits: number
  failed: number
  lastFault: string
  responses: number
  meterReadings: number
  doubled: number
}

export const createStats = (): FleetStats => ({
  visiting: 0,
  visits: 0,
  failed: 0,
  lastFault: '',
  responses: 0,
  meterReadings: 0,
  doubled: 0,
})
