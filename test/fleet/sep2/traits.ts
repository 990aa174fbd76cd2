/** What kind of DER each simulated client is, and how it misbehaves: drawn by seed. */
import { chance, draw } from '../hash.ts'
import { type Mix as ChargerMix, type ClockAndRegister, clockAndRegisterOf, type Presence, pick } from '../traits.ts'

export type Kind = 'battery' | 'inverter' | 'load'
export type Answering = 'normal' | 'rejects' | 'notSupported' | 'ignores' | 'late'

/** Fractions of the fleet, each 0 to 1; as for chargers, and some of its own. */
export type Mix = Pick<
  ChargerMix,
  'absent' | 'returns' | 'rejects' | 'notSupported' | 'ignores' | 'late' | 'doubles' | 'skewed' | 'resets'
> & {
  /** Keeps the readings of six intervals, and tells them at once. */
  readonly batches?: number
  /** All three, unless it says which. */
  readonly kinds?: readonly Kind[]
  /** Reads its meter some seconds after each boundary of the clock, and says so. */
  readonly offGrid?: number
}

export interface Traits extends Readonly<ClockAndRegister> {
  readonly id: string
  readonly kind: Kind
  readonly ratedW: number
  readonly presence: Presence
  /** `ignores`: says that it follows, and does not; `late`: answers at its next poll. */
  readonly answering: Answering
  /** How it writes energy: Wh of each interval, tenths of a Wh, or its registers. */
  readonly dialect: 'deltas' | 'tenths' | 'registers'
  readonly doubles: boolean
  readonly batches: boolean
  /** From each boundary of the clock to its reading of the meter, seconds. */
  readonly readsLateS: number
}

const KINDS = ['battery', 'inverter', 'load'] as const
const ANSWERING = ['rejects', 'notSupported', 'ignores', 'late'] as const

export function traitsOf(seed: number, id: string, mix: Mix): Traits {
  const { kinds = KINDS } = mix
  const dialect = pick(chance(seed, id, 'dialect'), [['tenths', 0.2] as const, ['registers', 0.2] as const]) ?? 'deltas'
  const { clockOffS, resetsAfterMs } = clockAndRegisterOf(seed, id, mix)
  return {
    id,
    kind: kinds[draw(0, kinds.length - 1, seed, id, 'der')] ?? 'battery',
    // Whole hundredths of a percent are whole watts.
    ratedW: draw(1, 3, seed, id, 'rating') * 10_000,
    presence: pick(chance(seed, id, 'presence'), [['absent', mix.absent] as const, ['returns', mix.returns] as const]) ?? 'online',
    answering:
      pick(
        chance(seed, id, 'answering'),
        ANSWERING.map((name) => [name, mix[name]] as const),
      ) ?? 'normal',
    dialect,
    doubles: chance(seed, id, 'doubles') < (mix.doubles ?? 0),
    batches: chance(seed, id, 'batches') < (mix.batches ?? 0),
    clockOffS,
    // Of the others nobody sees a register.
    resetsAfterMs: dialect === 'registers' ? resetsAfterMs : undefined,
    readsLateS: chance(seed, id, 'off grid') < (mix.offGrid ?? 0) ? draw(3, 20, seed, id, 'reads late') : 0,
  }
}

/** When what the log has of a time of its meter really was: its clock is off, and intervals are moved to the clock. */
export const actualMs = ({ clockOffS, readsLateS, dialect }: Traits, loggedMs: number): number =>
  loggedMs + 1000 * ((dialect === 'registers' ? 0 : readsLateS) - clockOffS)

/** What the registry is to say of it in `extra`. */
export const extraOf = ({ kind }: Traits, lfdi: string): Readonly<Record<string, string>> => ({
  derType: kind,
  lfdi,
  ...(kind === 'load' ? { csipAus: 'true' } : {}),
})
