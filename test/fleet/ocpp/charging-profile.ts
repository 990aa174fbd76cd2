/** A charger's own view of charging profiles (OCPP 1.6 §3.13; 2.0.1 part 2 K): which are installed, and what limit they make at an instant. */
import type { Limits } from '../meter.ts'

export type Period = { startPeriod: number; limit: number; numberPhases?: number }

export type Profile = {
  chargingProfileId: number
  transactionId?: number
  stackLevel: number
  /** By the names of 1.6, and the one that only 2.0.1 has. */
  chargingProfilePurpose: 'ChargePointMaxProfile' | 'TxDefaultProfile' | 'TxProfile' | 'ChargingStationExternalConstraints'
  chargingProfileKind: 'Absolute' | 'Recurring' | 'Relative'
  recurrencyKind?: 'Daily' | 'Weekly'
  validFrom?: string
  validTo?: string
  chargingSchedule: { duration?: number; startSchedule?: string; chargingRateUnit: 'A' | 'W'; chargingSchedulePeriod: Period[] }
}

export type Installed = { connectorId: number; profile: Profile; installedMs: number }

const DAY_MS = 86_400_000

/** Same purpose and stack level on the same connector replaces, whatever the times; so does the same id. */
export function install(installed: readonly Installed[], next: Installed): Installed[] {
  const replaced = (old: Installed) =>
    old.profile.chargingProfileId === next.profile.chargingProfileId ||
    (old.connectorId === next.connectorId &&
      old.profile.stackLevel === next.profile.stackLevel &&
      old.profile.chargingProfilePurpose === next.profile.chargingProfilePurpose)
  return [...installed.filter((old) => !replaced(old)), next]
}

export type ClearRequest = { id?: number; connectorId?: number; chargingProfilePurpose?: string; stackLevel?: number }

export function clear(installed: readonly Installed[], request: ClearRequest): Installed[] {
  return installed.filter(({ connectorId, profile }) => {
    if (request.id !== undefined) return profile.chargingProfileId !== request.id
    const matches =
      (request.connectorId === undefined || request.connectorId === connectorId) &&
      (request.chargingProfilePurpose === undefined || request.chargingProfilePurpose === profile.chargingProfilePurpose) &&
      (request.stackLevel === undefined || request.stackLevel === profile.stackLevel)
    return !matches
  })
}

/** Within a purpose the highest valid stack level rules; across purposes the least limit. Infinity where none holds. */
export function limitW(installed: readonly Installed[], timeMs: number, voltageV: number): number {
  const best = new Map<string, { stackLevel: number; watts: number }>()
  for (const { profile, installedMs } of installed) {
    const watts = profileLimitW(profile, installedMs, timeMs, voltageV)
    const held = best.get(profile.chargingProfilePurpose)
    if (watts === undefined || (held !== undefined && held.stackLevel > profile.stackLevel)) continue
    best.set(profile.chargingProfilePurpose, { stackLevel: profile.stackLevel, watts })
  }
  const max = best.get('ChargePointMaxProfile')?.watts ?? Number.POSITIVE_INFINITY
  // A TxProfile overrules the TxDefaultProfile (§3.13.1); the charge point's maximum overrules both.
  const transaction = best.get('TxProfile')?.watts ?? best.get('TxDefaultProfile')?.watts ?? Number.POSITIVE_INFINITY
  const external = best.get('ChargingStationExternalConstraints')?.watts ?? Number.POSITIVE_INFINITY
  return Math.min(max, external, transaction)
}

/** All instants in (afterMs, untilMs) at which a limit may change. */
export function boundaries(installed: readonly Installed[], afterMs: number, untilMs: number): number[] {
  const times = installed.flatMap(({ profile, installedMs }) => [
    ...[profile.validFrom, profile.validTo].filter((text) => text !== undefined).map((text) => Date.parse(text)),
    ...startsOf(profile, installedMs, afterMs, untilMs).flatMap((startMs) => edges(profile, startMs)),
  ])
  return [...new Set(times)].filter((timeMs) => timeMs > afterMs && timeMs < untilMs).sort((a, b) => a - b)
}

/** The same as the meter asks for it. */
export const limitsOf = (installed: readonly Installed[], voltageV: number): Limits => ({
  limitW: (timeMs) => limitW(installed, timeMs, voltageV),
  changesBetween: (afterMs, untilMs) => boundaries(installed, afterMs, untilMs),
})

function edges({ chargingSchedule: { duration, chargingSchedulePeriod } }: Profile, startMs: number): number[] {
  const ends = duration === undefined ? [] : [startMs + duration * 1000]
  return [startMs, ...ends, ...chargingSchedulePeriod.map(({ startPeriod }) => startMs + startPeriod * 1000)]
}

function startsOf(profile: Profile, installedMs: number, afterMs: number, untilMs: number): number[] {
  const base = profile.chargingSchedule.startSchedule
  const baseMs = base === undefined || profile.chargingProfileKind === 'Relative' ? installedMs : Date.parse(base)
  if (profile.chargingProfileKind !== 'Recurring') return [baseMs]
  const everyMs = profile.recurrencyKind === 'Weekly' ? 7 * DAY_MS : DAY_MS
  const starts: number[] = []
  for (let n = Math.floor((afterMs - baseMs) / everyMs); baseMs + n * everyMs < untilMs; n += 1)
    if (n >= 0) starts.push(baseMs + n * everyMs)
  return starts
}

function profileLimitW(profile: Profile, installedMs: number, timeMs: number, voltageV: number): number | undefined {
  if (profile.validFrom !== undefined && timeMs < Date.parse(profile.validFrom)) return undefined
  if (profile.validTo !== undefined && timeMs >= Date.parse(profile.validTo)) return undefined
  const startMs = startsOf(profile, installedMs, timeMs, timeMs + 1).findLast((start) => start <= timeMs)
  if (startMs === undefined) return undefined
  const { duration, chargingRateUnit, chargingSchedulePeriod } = profile.chargingSchedule
  const sinceS = (timeMs - startMs) / 1000
  if (duration !== undefined && sinceS >= duration) return undefined
  const period = chargingSchedulePeriod.filter(({ startPeriod }) => startPeriod <= sinceS).at(-1)
  if (period === undefined) return undefined
  return chargingRateUnit === 'W' ? period.limit : period.limit * voltageV * (period.numberPhases ?? 3)
}
