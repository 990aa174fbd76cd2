/** Writes times, energies and powers as people read them. */

const isoOf = (timeMs: number): string => (Math.abs(timeMs) <= 8.64e15 ? new Date(timeMs).toISOString() : `${timeMs} ms`)

/** ISO 8601, without milliseconds where there are none. */
export const atTime = (timeMs: number): string => isoOf(timeMs).replace('.000Z', 'Z')

/** A period whose null end is open. */
export const during = (fromMs: number, untilMs: number | null): string =>
  untilMs === null ? `since ${atTime(fromMs)}` : `from ${atTime(fromMs)} until ${atTime(untilMs)}`

export const inKwh = (wh: number): string => `${(wh / 1000).toFixed(3)} kWh`
export const inKw = (watts: number): string => `${(watts / 1000).toFixed(3)} kW`

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** "1 row", "2 rows". */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** How often each value stands in a list: "90 measured, 6 estimated". */
export function tally(values: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].map(([value, count]) => `${count} ${value}`).join(', ')
}
