/** What kind of charger each simulated device is, and how it misbehaves: drawn by seed. */
import { chance, draw } from './hash.ts'

export type Answering = 'normal' | 'rejects' | 'notSupported' | 'ignores' | 'late'
export type Presence = 'online' | 'absent' | 'returns'

/** Fractions of the fleet, each 0 to 1. Version, presence, answering and telemetry faults are drawn apart. */
export type Mix = {
  /** Speaks OCPP 2.0.1; the others speak 1.6. */
  ocpp201?: number
  /** Never connects. */
  absent?: number
  /** Loses its connection now and then, and sends what it kept when it is back. */
  returns?: number
  rejects?: number
  notSupported?: number
  /** Says Accepted and carries on as before. */
  ignores?: number
  /** Answers seconds late. */
  late?: number
  /** Sends some MeterValues twice. */
  doubles?: number
  /** Loses some MeterValues. */
  drops?: number
  /** Its clock is off by minutes, and all that it says is by its own clock. */
  skewed?: number
  /** Its meter is replaced once, by one that starts at 0; seen where it tells a register. */
  resets?: number
}

/** What of this is the same for chargers and for the clients of IEEE 2030.5. */
export type ClockAndRegister = {
  /** Its own clock less the true one, seconds. */
  clockOffS: number
  /** From the start of the fleet to the replacement of its meter, simulated ms; undefined = it keeps it. */
  resetsAfterMs: number | undefined
}

/** Under the 15 minutes from which no reading is believed. */
const CLOCKS_OFF_S = [-420, 150, 600] as const

export function clockAndRegisterOf(seed: number, id: string, { skewed = 0, resets = 0 }: Pick<Mix, 'skewed' | 'resets'>): ClockAndRegister {
  const off = CLOCKS_OFF_S[draw(0, CLOCKS_OFF_S.length - 1, seed, id, 'clock off')] ?? 0
  return {
    clockOffS: chance(seed, id, 'skewed') < skewed ? off : 0,
    resetsAfterMs: chance(seed, id, 'resets') < resets ? draw(1_200, 3_600, seed, id, 'resets after') * 1000 : undefined,
  }
}

export type DeviceTraits = ClockAndRegister & {
  id: string
  ocppVersion: '1.6' | '2.0.1'
  ratedW: number
  phases: 1 | 3
  voltageV: number
  units: 'Current' | 'Power' | 'Current,Power'
  maxStackLevel: number
  maxPeriods: number
  /** A ChargePointMaxProfile on stack level 0 that was there before us. */
  standingLimitW?: number
  /** Time from Accepted to the current's following, simulated ms. */
  effectMs: number
  presence: Presence
  answering: Answering
  /** How it writes energy: all fields, in kWh, or with measurand and unit left to their defaults. */
  dialect: 'full' | 'kWh' | 'defaults'
  doubles: boolean
  drops: boolean
}

const RATINGS = [
  { ratedW: 7360, phases: 1 },
  { ratedW: 11_040, phases: 3 },
  { ratedW: 22_080, phases: 3 },
] as const

const ANSWERING = ['rejects', 'notSupported', 'ignores', 'late'] as const
const UNITS = ['Current', 'Power', 'Current,Power'] as const

export function traitsOf(seed: number, id: string, mix: Mix): DeviceTraits {
  const rating = RATINGS[draw(0, RATINGS.length - 1, seed, id, 'rating')] ?? RATINGS[0]
  const hasStanding = chance(seed, id, 'has standing') < 0.2
  return {
    id,
    ocppVersion: chance(seed, id, 'version') < (mix.ocpp201 ?? 0) ? '2.0.1' : '1.6',
    ...rating,
    voltageV: 230,
    units: UNITS[draw(0, UNITS.length - 1, seed, id, 'units')] ?? 'Current,Power',
    maxStackLevel: draw(1, 9, seed, id, 'stack'),
    maxPeriods: [6, 24, 100][draw(0, 2, seed, id, 'periods')] ?? 24,
    ...(hasStanding ? { standingLimitW: Math.floor(rating.ratedW * 0.8) } : {}),
    effectMs: draw(2_000, 10_000, seed, id, 'effect'),
    presence: pick(chance(seed, id, 'presence'), [['absent', mix.absent] as const, ['returns', mix.returns] as const]) ?? 'online',
    answering:
      pick(
        chance(seed, id, 'answering'),
        ANSWERING.map((name) => [name, mix[name]] as const),
      ) ?? 'normal',
    dialect: pick(chance(seed, id, 'dialect'), [['kWh', 0.2] as const, ['defaults', 0.2] as const]) ?? 'full',
    doubles: chance(seed, id, 'doubles') < (mix.doubles ?? 0),
    drops: chance(seed, id, 'drops') < (mix.drops ?? 0),
    ...clockAndRegisterOf(seed, id, mix),
  }
}

/** The name whose share of [0, 1) holds `part`; undefined beyond them all. */
export function pick<T extends string>(part: number, shares: readonly (readonly [T, number | undefined])[]): T | undefined {
  let edge = 0
  for (const [name, share = 0] of shares) {
    edge += share
    if (part < edge) return name
  }
  return undefined
}
