/** A charging schedule in no version's words: what was asked of a station, or what it reads back. */
export interface Schedule {
  /** A per phase, or W in all. */
  readonly unit: 'A' | 'W'
  readonly startMs: number
  /** undefined = without end. */
  readonly durationS: number | undefined
  /** In order, from `startPeriod` seconds after the start. */
  readonly periods: readonly { readonly startPeriod: number; readonly limit: number }[]
}
