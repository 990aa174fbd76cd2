/** What a simulated charger would draw if nobody limited it: a pure function of seed, device and time. */
import { chance, draw, hash32 } from './hash.ts'

/** Constant power from `startMs` to `endMs`; multiples of 4 W on quarter hours, so each quarter is a whole number of Wh. */
export type Block = { startMs: number; endMs: number; powerW: number }

export type Kind = 'home' | 'workplace' | 'depot'

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS
const QUARTER_MS = HOUR_MS / 4

/** Chance of a session on a working day and on a weekend day; earliest and latest start and length in quarter hours (UTC). */
const HABITS: Readonly<Record<Kind, { weekday: number; weekend: number; start: [number, number]; length: [number, number] }>> = {
  home: { weekday: 0.85, weekend: 0.7, start: [64, 76], length: [8, 18] },
  workplace: { weekday: 0.9, weekend: 0.1, start: [30, 40], length: [8, 20] },
  depot: { weekday: 0.97, weekend: 0.9, start: [60, 70], length: [16, 24] },
}

export function kindOf(seed: number, deviceId: string): Kind {
  const part = chance(seed, deviceId, 'kind')
  return part < 0.6 ? 'home' : part < 0.8 ? 'workplace' : 'depot'
}

/** The day's session: full power for most of it, a third in the last quarter hours as the battery fills. */
export function blocksOfDay(seed: number, deviceId: string, ratedW: number, day: number): Block[] {
  const kind = kindOf(seed, deviceId)
  const habit = HABITS[kind]
  // Day 0 of 1970 was a Thursday.
  const weekend = (day + 3) % 7 >= 5
  if (chance(seed, deviceId, day, 'plugs in') >= (weekend ? habit.weekend : habit.weekday)) return []
  const startMs = day * DAY_MS + draw(...habit.start, seed, deviceId, day, 'start') * QUARTER_MS
  const length = draw(...habit.length, seed, deviceId, day, 'length')
  const taper = Math.min(draw(1, 3, seed, deviceId, day, 'taper'), length - 1)
  const fullEndMs = startMs + (length - taper) * QUARTER_MS
  const fullW = Math.floor((ratedW * (0.75 + 0.25 * chance(seed, deviceId, day, 'power'))) / 12) * 12
  return [
    { startMs, endMs: fullEndMs, powerW: fullW },
    { startMs: fullEndMs, endMs: fullEndMs + taper * QUARTER_MS, powerW: fullW / 3 - ((fullW / 3) % 4) },
  ]
}

/** Blocks that touch [startMs, endMs), in time order. No session runs past midnight (UTC). */
export function blocksBetween(seed: number, deviceId: string, ratedW: number, startMs: number, endMs: number): Block[] {
  const blocks: Block[] = []
  for (let day = Math.floor(startMs / DAY_MS); day * DAY_MS < endMs; day += 1) {
    for (const block of blocksOfDay(seed, deviceId, ratedW, day)) if (block.startMs < endMs && block.endMs > startMs) blocks.push(block)
  }
  return blocks
}

/** Unlimited energy in watt-milliseconds, an exact integer. */
export function naturalWms(seed: number, deviceId: string, ratedW: number, startMs: number, endMs: number): number {
  return blocksBetween(seed, deviceId, ratedW, startMs, endMs).reduce(
    (sum, block) => sum + block.powerW * (Math.min(block.endMs, endMs) - Math.max(block.startMs, startMs)),
    0,
  )
}

/** Wh of `count` intervals from `startMs`; rounding is on the running total, so that they add up. */
export function naturalIntervalsWh(
  seed: number,
  deviceId: string,
  ratedW: number,
  startMs: number,
  stepMs: number,
  count: number,
): number[] {
  const wms = new Float64Array(count)
  for (const block of blocksBetween(seed, deviceId, ratedW, startMs, startMs + stepMs * count)) {
    const first = Math.max(0, Math.floor((block.startMs - startMs) / stepMs))
    for (let index = first; index < count && startMs + index * stepMs < block.endMs; index += 1) {
      const fromMs = startMs + index * stepMs
      wms[index] = (wms[index] ?? 0) + block.powerW * (Math.min(block.endMs, fromMs + stepMs) - Math.max(block.startMs, fromMs))
    }
  }
  let totalWms = 0
  let totalWh = 0
  return Array.from(wms, (more) => {
    totalWms += more
    const beforeWh = totalWh
    totalWh = Math.floor(totalWms / HOUR_MS)
    return totalWh - beforeWh
  })
}

/** First register value, Wh: meters do not start at 0. */
export function firstRegisterWh(seed: number, deviceId: string): number {
  return hash32(seed, deviceId, 'register') % 20_000_000
}
