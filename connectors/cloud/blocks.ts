/** Makes blocks of readings of the interval energies that a vendor states. */
import type { BlockReading } from '../../processors/normalizer/decoded.ts'
import { MAX_BLOCK_VALUES } from '../../schemas/telemetry.ts'

/** The energy of one interval; null = the vendor has none (yet). */
export interface Stated {
  /** Epoch ms UTC. */
  readonly startMs: number
  readonly energyWh: number | null
}

type Of = Pick<BlockReading, 'channel' | 'stepMs' | 'code' | 'path'> & {
  readonly quality: BlockReading['qualities'][number]
  /** Intervals that were not over then are left out: vendors show what there is of them so far. */
  readonly receivedMs: number
}

/** Neighbouring intervals share a block. Each energy is rounded by itself, so that a later correction of one leaves the others as they are. */
export function blocksOf(stated: readonly Stated[], { quality, receivedMs, ...of }: Of): readonly BlockReading[] {
  const runs: Stated[][] = []
  for (const one of [...stated].sort((a, b) => a.startMs - b.startMs)) {
    if (one.startMs + of.stepMs > receivedMs) continue
    const run = runs.at(-1)
    const last = run?.at(-1)
    // A vendor may say an interval twice: the last word counts.
    if (run && last?.startMs === one.startMs) run[run.length - 1] = one
    else if (run && last && last.startMs + of.stepMs === one.startMs && run.length < MAX_BLOCK_VALUES) run.push(one)
    else runs.push([one])
  }
  return runs.map((run) => ({
    ...of,
    kind: 'block',
    register: '',
    startMs: run[0]?.startMs ?? 0,
    values: run.map(({ energyWh }) => (energyWh === null ? 0 : Math.round(energyWh))),
    qualities: run.map(({ energyWh }) => (energyWh === null ? 'missing' : quality)),
  }))
}
