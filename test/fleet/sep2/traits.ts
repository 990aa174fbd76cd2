/** What kind of DER each simulated client is, and how it misbehaves: drawn by seed. */
import { chance, draw } from '../hash.ts'
import { type Mix as ChargerMix, type Presence, pick } from '../traits.ts'

export type Kind = 'battery' | 'inverter' | 'load'
export type Answering = 'normal' | 'rejects' | 'notSupported' | 'ignores' | 'late'

/** Fractions of the fleet, each 0 to 1; as for chargers, and some of its own. */
export type Mix = Pick<ChargerMix, 'absent' | 'returns' | 'rejects' | 'notSupported' | 'ignores' | 'late' | 'doubles'> & {
  /** Keeps the readings of six intervals, and tells them at once. */
  readonly batches?: number
  /** All three, unless it says which. */
  readonly kinds?: readonly Kind[]
}

export interface Traits {
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
}

const KINDS = ['battery', 'inverter', 'load'] as const
const ANSWERING = ['rejects', 'notSupported', 'ignores', 'late'] as const

export function traitsOf(seed: number, id: string, mix: Mix): Traits {
  const { kinds = KINDS } = mix
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
    dialect: pick(chance(seed, id, 'dialect'), [['tenths', 0.2] as const, ['registers', 0.2] as const]) ?? 'deltas',
    doubles: chance(seed, id, 'doubles') < (mix.doubles ?? 0),
    batches: chance(seed, id, 'batches') < (mix.batches ?? 0),
  }
}

/** What the registry is to say of it in `extra`. */
export const extraOf = ({ kind }: Traits, lfdi: string): Readonly<Record<string, string>> => ({
  derType: kind,
  lfdi,
  ...(kind === 'load' ? { csipAus: 'true' } : {}),
})
