/** Splits the energy of a stretch of time over the windows it touches, so that the parts add up exactly. */

/** A share of a stretch that lies in one window. */
export interface Piece {
  readonly windowMs: number
  readonly energyWh: number
  readonly coveredMs: number
}

/** Windows start at `originMs` plus whole steps. */
export interface Windows {
  readonly originMs: number
  readonly stepMs: number
}

/**
 * Even in time; each cut is where the energy counted so far, rounded down, stands:
 *
 *   10 Wh   |····:·····|·        7 windows' worth of cuts give 10 in sum, whatever the cuts
 *
 * A negative energy gives the negatives of what the positive one gives, so that taking back is exact as well.
 */
export function splitSpan(startMs: number, endMs: number, energyWh: number, windows: Windows): Piece[] {
  const sign = energyWh < 0 ? -1 : 1
  const pieces: Piece[] = []
  let countedWh = 0
  for (let atMs = startMs; atMs < endMs; ) {
    const windowMs = windows.originMs + Math.floor((atMs - windows.originMs) / windows.stepMs) * windows.stepMs
    const untilMs = Math.min(windowMs + windows.stepMs, endMs)
    const throughWh = share(Math.abs(energyWh), untilMs - startMs, endMs - startMs)
    pieces.push({ windowMs, energyWh: sign * (throughWh - countedWh), coveredMs: untilMs - atMs })
    countedWh = throughWh
    atMs = untilMs
  }
  return pieces
}

/** floor(energyWh * part / whole), exactly. */
function share(energyWh: number, part: number, whole: number): number {
  if (part === whole) return energyWh
  const product = energyWh * part
  if (product <= Number.MAX_SAFE_INTEGER) return Math.floor(product / whole)
  return Number((BigInt(energyWh) * BigInt(part)) / BigInt(whole))
}
