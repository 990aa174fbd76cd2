/** How long a stretch between two registers may be whose energy is spread over the intervals in it. */

/** Longer stretches are not spread: their course is not known. Their energy stands in telemetry.gaps. */
export const MAX_SPREAD_MS = 2 * 3_600_000
