/** A device's exact meter: integer watt-milliseconds under whatever limits were in force, read as whole Wh. */
import { blocksBetween, firstRegisterWh, naturalWms } from './load-model.ts'

/** What a device means to obey, as it understands what it was told. */
export type Limits = {
  /** W; Infinity = none. */
  limitW(timeMs: number): number
  /** All instants in (afterMs, untilMs) at which the limit may change, in order. */
  changesBetween(afterMs: number, untilMs: number): number[]
}

export type Meter = {
  /** Limits in force from `fromMs` on; times must not go back. */
  change(fromMs: number, limits: Limits): void
  /** Cumulative Wh at an instant, rounded down: what the register shows. */
  registerWh(timeMs: number): number
  powerW(timeMs: number): number
  limitW(timeMs: number): number
}

export type MeterOptions = { seed: number; id: string; ratedW: number; leastW: number; originMs: number }

type Regime = { fromMs: number; limits: Limits }

const WMS_PER_WH = 3_600_000
const unlimited: Limits = { limitW: () => Number.POSITIVE_INFINITY, changesBetween: () => [] }

/** The register stands at a seeded value at `originMs`; before it, it is carried back along the unlimited load. Under a limit below `leastW` nothing is drawn. */
export function createMeter(options: MeterOptions): Meter {
  const { seed, id, ratedW, originMs } = options
  const regimes: Regime[] = [{ fromMs: originMs, limits: unlimited }]
  let mark = { timeMs: originMs, wms: 0, regime: 0 }

  function regimeAt(timeMs: number): Regime | undefined {
    return regimes.findLast((regime) => regime.fromMs <= timeMs)
  }

  function wmsAt(timeMs: number): number {
    if (timeMs < originMs) return -naturalWms(seed, id, ratedW, timeMs, originMs)
    if (timeMs >= mark.timeMs) return mark.wms + between(options, regimes.slice(mark.regime), mark.timeMs, timeMs)
    return between(options, regimes, originMs, timeMs)
  }

  return {
    change(fromMs, limits) {
      const last = regimes.at(-1)
      if (last !== undefined && fromMs < last.fromMs) throw new RangeError(`${id}: limits change at ${fromMs} ms, before the last change`)
      regimes.push({ fromMs, limits })
      mark = { timeMs: fromMs, wms: wmsAt(fromMs), regime: regimes.length - 1 }
    },
    registerWh: (timeMs) => firstRegisterWh(seed, id) + Math.floor(wmsAt(timeMs) / WMS_PER_WH),
    powerW(timeMs) {
      const [block] = blocksBetween(seed, id, ratedW, timeMs, timeMs + 1)
      return drawn(block?.powerW ?? 0, regimeAt(timeMs)?.limits ?? unlimited, timeMs, options)
    },
    limitW: (timeMs) => (regimeAt(timeMs)?.limits ?? unlimited).limitW(timeMs),
  }
}

function between(options: MeterOptions, regimes: readonly Regime[], startMs: number, endMs: number): number {
  const { seed, id, ratedW } = options
  let wms = 0
  for (const block of blocksBetween(seed, id, ratedW, startMs, endMs)) {
    for (const [index, regime] of regimes.entries()) {
      const fromMs = Math.max(block.startMs, startMs, index === 0 ? startMs : regime.fromMs)
      const untilMs = Math.min(block.endMs, endMs, regimes[index + 1]?.fromMs ?? endMs)
      if (fromMs < untilMs) wms += limited(block.powerW, regime.limits, fromMs, untilMs, options)
    }
  }
  return wms
}

function limited(powerW: number, limits: Limits, fromMs: number, untilMs: number, options: MeterOptions): number {
  const cuts = [fromMs, ...limits.changesBetween(fromMs, untilMs), untilMs]
  return cuts.slice(0, -1).reduce((sum, cutMs, index) => {
    return sum + drawn(powerW, limits, cutMs, options) * ((cuts[index + 1] ?? untilMs) - cutMs)
  }, 0)
}

function drawn(naturalW: number, limits: Limits, timeMs: number, { leastW }: MeterOptions): number {
  const limit = limits.limitW(timeMs)
  if (limit < leastW) return 0
  return Math.min(naturalW, Math.floor(limit))
}
