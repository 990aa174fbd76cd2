/** A DER's exact meter: integer watt-milliseconds of import and of export under whatever controls it held, read as whole Wh. */
import { blocksBetween } from '../load-model.ts'
import type { Traits } from './traits.ts'

/** A control that a device means to follow. */
export interface Held {
  readonly startMs: number
  readonly endMs: number
  /** As in DERControlBase, by name: hundredths of a percent, or W. */
  readonly base: Readonly<Record<string, number>>
}

export interface Registers {
  readonly importWh: number
  readonly exportWh: number
}

export interface Meter {
  /** What is followed from `fromMs` on, the last of several first; times must not go back. */
  change(fromMs: number, held: readonly Held[]): void
  registers(timeMs: number): Registers
  /** Import is positive. */
  powerW(timeMs: number): number
}

interface Regime {
  readonly fromMs: number
  readonly held: readonly Held[]
}
interface Mark {
  readonly timeMs: number
  readonly importWms: number
  readonly exportWms: number
}

const WMS_PER_WH = 3_600_000

export function createMeter(seed: number, traits: Traits, originMs: number): Meter {
  const regimes: Regime[] = [{ fromMs: originMs, held: [] }]
  const marks: Mark[] = [{ timeMs: originMs, importWms: 0, exportWms: 0 }]
  const { id, kind, ratedW } = traits

  function powerW(timeMs: number): number {
    const [block] = blocksBetween(seed, id, ratedW, timeMs, timeMs + 1)
    const regime = regimes.findLast(({ fromMs }) => fromMs <= timeMs)
    const held = regime?.held.findLast(({ startMs, endMs }) => startMs <= timeMs && timeMs < endMs)
    return followed(kind, ratedW, block?.powerW ?? 0, held?.base ?? {})
  }

  function cutsBetween(fromMs: number, untilMs: number): readonly number[] {
    const blocks = blocksBetween(seed, id, ratedW, fromMs, untilMs)
    const edges = [...blocks, ...regimes.flatMap(({ held }) => held)].flatMap(({ startMs, endMs }) => [startMs, endMs])
    const within = [...edges, ...regimes.map((regime) => regime.fromMs)].filter((timeMs) => fromMs < timeMs && timeMs < untilMs)
    return [...new Set([fromMs, ...within, untilMs])].sort((a, b) => a - b)
  }

  function totals(timeMs: number): Mark {
    const mark = marks.findLast((known) => known.timeMs <= timeMs)
    if (!mark) throw new RangeError(`${id}: was not there at ${timeMs} ms`)
    let { importWms, exportWms } = mark
    const cuts = cutsBetween(mark.timeMs, timeMs)
    for (const [index, cutMs] of cuts.slice(0, -1).entries()) {
      const wms = powerW(cutMs) * ((cuts[index + 1] ?? timeMs) - cutMs)
      importWms += Math.max(0, wms)
      exportWms += Math.max(0, -wms)
    }
    return { timeMs, importWms, exportWms }
  }

  return {
    change(fromMs, held) {
      marks.push(totals(fromMs))
      regimes.push({ fromMs, held })
    },
    registers(timeMs) {
      const { importWms, exportWms } = totals(timeMs)
      return { importWh: Math.floor(importWms / WMS_PER_WH), exportWh: Math.floor(exportWms / WMS_PER_WH) }
    },
    powerW,
  }
}

/** A battery does as it is told, an inverter makes no more than it may, a load draws no more. */
export function followed(kind: Traits['kind'], ratedW: number, naturalW: number, base: Held['base']): number {
  const { opModFixedW, opModMaxLimW, opModLoadLimW = Number.POSITIVE_INFINITY } = base
  const share = (hundredths: number): number => Math.trunc((ratedW * hundredths) / 10_000)
  if (kind === 'battery') return opModFixedW === undefined ? naturalW : -share(opModFixedW)
  if (kind === 'inverter') return -Math.min(naturalW, opModMaxLimW === undefined ? ratedW : share(opModMaxLimW))
  return Math.min(naturalW, opModLoadLimW)
}

/** Whether this power obeys a limit: a battery gives what is left of its rating, the others take or make no more than it. */
export const isWithin = ({ kind, ratedW }: Traits, powerW: number, limitW: number): boolean =>
  kind === 'battery' ? powerW <= limitW - ratedW : Math.abs(powerW) <= limitW
