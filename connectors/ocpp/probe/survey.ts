/** What a station says of its own settings, in no version's words, and how each version asks for it. */
import type { CentralCall } from '../wire/dialect.ts'

export interface Survey {
  /** undefined = it does not say. */
  readonly smartCharging: boolean | undefined
  /** Units in which it takes limits; none = it does not say. */
  readonly units: readonly ('A' | 'W')[]
  readonly maxPeriods: number | undefined
  readonly maxStackLevel: number | undefined
  /** Seconds between clock-aligned meter values; 0 = off, undefined = it has no such setting. */
  readonly alignedIntervalS: number | undefined
  readonly alignedMeasurands: readonly string[]
  /** True: it sends none while it charges (2.0.1). */
  readonly alignedIdleOnly: boolean
}

/** Measurands that telemetry rests on. */
export const WANTED_MEASURANDS: readonly string[] = ['Energy.Active.Import.Register', 'Power.Active.Import']

/** One version's questions and settings. Pure. */
export interface ProbeForm {
  /** All questions in one call. */
  readonly ask: CentralCall
  /** The same, one in each: for stations that take no more at a time. */
  readonly askEach: readonly CentralCall[]
  /** From the readable answers to these. */
  surveyIn(answers: readonly unknown[]): Survey
  /** What brings clock-aligned metering to `intervalS`, in order; none where it stands so. */
  settings(survey: Survey, intervalS: number): readonly CentralCall[]
}

/** The measurands to ask for, what the station sends already among them; undefined = it sends all that is wanted. */
export function measurandsToSet({ alignedMeasurands }: Survey): string | undefined {
  if (WANTED_MEASURANDS.every((name) => alignedMeasurands.includes(name))) return undefined
  return [...new Set([...alignedMeasurands, ...WANTED_MEASURANDS])].join(',')
}

/** "a, b" → a and b. */
export function list(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

export function wholeNumber(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,9}$/.test(value.trim()) ? Number(value) : undefined
}

/** Words as stations write them. */
export function truth(value: string | undefined): boolean | undefined {
  const word = value?.trim().toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : undefined
}
