/** A meter as its device shows it: by the device's own clock, and begun again at 0 from when it was replaced. */
import type { Limits, Meter } from './meter.ts'

export type Shown = {
  /** The device's clock less the true one, ms. */
  offMs: number
  /** True time; undefined = it is never replaced. */
  resetMs: number | undefined
}

/** All its times are the device's own; those of `meter` are true. */
export function shownMeter(meter: Meter, { offMs, resetMs }: Shown): Meter {
  const registerWh = (timeMs: number): number =>
    meter.registerWh(timeMs) - (resetMs === undefined || timeMs < resetMs ? 0 : meter.registerWh(resetMs))
  return {
    change: (fromMs, limits) => meter.change(fromMs - offMs, trueLimits(limits, offMs)),
    registerWh: (ownMs) => registerWh(ownMs - offMs),
    powerW: (ownMs) => meter.powerW(ownMs - offMs),
    limitW: (ownMs) => meter.limitW(ownMs - offMs),
  }
}

/** A device follows a schedule by its own clock. */
const trueLimits = ({ limitW, changesBetween }: Limits, offMs: number): Limits => ({
  limitW: (timeMs) => limitW(timeMs + offMs),
  changesBetween: (afterMs, untilMs) => changesBetween(afterMs + offMs, untilMs + offMs).map((ownMs) => ownMs - offMs),
})
