/** Keeps what units were nominated for, and says what was nominated of an event. */
import { type Infer, long, record } from '../../schemas/avro.ts'
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import type { Program } from '../../schemas/programs.ts'
import type { SettlementNomination } from '../../schemas/settlement.ts'
import { sortable } from '../dispatch/ports.ts'
import type { Store } from '../runtime/define.ts'
import { termsAt } from '../terms/terms-at.ts'
import { entriesOf } from './keys.ts'
import { KEEP_MS } from './times.ts'

export const knownNomination = record('KnownNomination', 'A nomination that was taken; its unit and program are in the key.', {
  fromMs: long('First instant, epoch ms UTC.'),
  untilMs: long('End, exclusive, epoch ms UTC.'),
  nominatedW: long('Reduction promised, W.'),
  offset: long('Offset on settlement.nominations; of nominations that overlap the later counts.'),
})
export type KnownNomination = Infer<typeof knownNomination>

/** More periods than a unit has in the time that is kept, in steps of 15 minutes. */
const MOST_KEPT = 10_000

type About = Pick<SettlementNomination, 'programId' | 'unitId'>

const unitOf = ({ programId, unitId }: About): string => `${programId}\u0000${unitId}`

/** When nominations of a period are frozen, epoch ms UTC: until then a later one replaces an earlier one. */
export function frozenMs({ fromMs }: Pick<SettlementNomination, 'fromMs'>, terms: ProgramTerms): number {
  return fromMs - terms.nominationDeadlineS * 1000
}

/** Why a nomination received at `receivedMs` is not taken, each fault with its field; empty = it is. */
export function findNominationFaults(
  nomination: SettlementNomination,
  program: Program | undefined,
  receivedMs: number,
): readonly string[] {
  const { programId, unitId, fromMs, untilMs, nominatedW } = nomination
  const terms = program && termsAt(program, fromMs)
  const frozen = terms && frozenMs(nomination, terms)
  return [
    !terms && `programId: unknown program "${programId}"`,
    unitId === '' && 'unitId: is empty',
    untilMs <= fromMs && 'untilMs: is not after fromMs',
    nominatedW < 0 && 'nominatedW: is negative',
    frozen !== undefined && receivedMs > frozen && `fromMs: nominations for ${isoOf(fromMs)} were frozen at ${isoOf(frozen)}`,
  ].filter((fault) => fault !== false)
}

const isoOf = (ms: number): string => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : `${ms} ms`)

/** Keeps a nomination that is sound; the same period again is replaced, long past ones are forgotten. */
export function keepNomination(store: Store<KnownNomination>, nomination: SettlementNomination, offset: number, nowMs: number): void {
  const { fromMs, untilMs, nominatedW } = nomination
  const unit = unitOf(nomination)
  for (const [period, known] of entriesOf(store, unit, '', MOST_KEPT)) {
    if (known.untilMs > nowMs - KEEP_MS) break
    store.delete(`${unit}\u0000${period}`)
  }
  store.put(`${unit}\u0000${sortable(fromMs)} ${sortable(untilMs)}`, { fromMs, untilMs, nominatedW, offset })
}

/** The power nominated at an instant, W; null = none. */
export type NominatedAt = (atMs: number) => number | null

export function nominationsOf(store: Store<KnownNomination>, about: About): NominatedAt {
  const all = entriesOf(store, unitOf(about), '', MOST_KEPT).map(([, known]) => known)
  return (atMs) => {
    const covering = all.filter(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs)
    return (
      covering.reduce<KnownNomination | null>((newest, one) => (newest && newest.offset > one.offset ? newest : one), null)?.nominatedW ??
      null
    )
  }
}
