/** A charger's exact meter: integer watt-milliseconds under whatever limits were in force, read as whole Wh. */
import { boundaries, type Installed, limitW } from './charging-profile.ts'
import { blocksBetween, firstRegisterWh, naturalWms } from './load-model.ts'

export type Meter = {
  /** Profiles in force from `fromMs` on; times must not go back. */
  change(fromMs: number, installed: readonly Installed[]): void
  /** Cumulative Wh at an instant, rounded down: what the register shows. */
  registerWh(timeMs: number): number
  powerW(timeMs: number): number
  limitW(timeMs: number): number
}

export type MeterOptions = { seed: number; id: string; ratedW: number; phases: number; voltageV: number; originMs: number }

type Regime = { fromMs: number; installed: readonly Installed[] }

const WMS_PER_WH = 3_600_000
/** Under this current per phase a vehicle does not charge at all (IEC 61851-1). */
const LEAST_A = 6

/** The register stands at a seeded value at `originMs`; before it, it is carried back along the unlimited load. */
export function createMeter(options: MeterOptions): Meter {
  const { seed, id, ratedW, voltageV, originMs } = options
  const regimes: Regime[] = [{ fromMs: originMs, installed: [] }]
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
    change(fromMs, installed) {
      const last = regimes.at(-1)
      if (last !== undefined && fromMs < last.fromMs) throw new RangeError(`${id}: profiles change at ${fromMs} ms, before the last change`)
      regimes.push({ fromMs, installed })
      mark = { timeMs: fromMs, wms: wmsAt(fromMs), regime: regimes.length - 1 }
    },
    registerWh: (timeMs) => firstRegisterWh(seed, id) + Math.floor(wmsAt(timeMs) / WMS_PER_WH),
    powerW(timeMs) {
      const [block] = blocksBetween(seed, id, ratedW, timeMs, timeMs + 1)
      return drawn(block?.powerW ?? 0, regimeAt(timeMs)?.installed ?? [], timeMs, options)
    },
    limitW: (timeMs) => limitW(regimeAt(timeMs)?.installed ?? [], timeMs, voltageV),
  }
}

function between(options: MeterOptions, regimes: readonly Regime[], startMs: number, endMs: number): number {
  const { seed, id, ratedW } = options
  let wms = 0
  for (const block of blocksBetween(seed, id, ratedW, startMs, endMs)) {
    for (const [index, regime] of regimes.entries()) {
      const fromMs = Math.max(block.startMs, startMs, index === 0 ? startMs : regime.fromMs)
      const untilMs = Math.min(block.endMs, endMs, regimes[index + 1]?.fromMs ?? endMs)
      if (fromMs < untilMs) wms += limited(block.powerW, regime.installed, fromMs, untilMs, options)
    }
  }
  return wms
}

function limited(powerW: number, installed: readonly Installed[], fromMs: number, untilMs: number, options: MeterOptions): number {
  const cuts = [fromMs, ...boundaries(installed, fromMs, untilMs), untilMs]
  return cuts.slice(0, -1).reduce((sum, cutMs, index) => {
    return sum + drawn(powerW, installed, cutMs, options) * ((cuts[index + 1] ?? untilMs) - cutMs)
  }, 0)
}

function drawn(naturalW: number, installed: readonly Installed[], timeMs: number, { voltageV, phases }: MeterOptions): number {
  const limit = limitW(installed, timeMs, voltageV)
  if (limit < LEAST_A * voltageV * phases) return 0
  return Math.min(naturalW, Math.floor(limit))
}
