/** Reads from decoded telemetry how far values reach, and what each UTC day comes to, so that a change is noticed and a repetition is not recorded. Pure. */
import type { DecodedReading } from '../../../processors/normalizer/decoded.ts'
import { hashId } from '../../../topics/ids.ts'

export interface Values {
  /** End of the last interval that has a value, epoch ms UTC; 0 = none has. */
  readonly reachMs: number
  /** By start of the UTC day; days without any value are absent. */
  readonly digests: ReadonlyMap<number, string>
}

const DAY_MS = 86_400_000

/** Missing values do not count: a day to which nothing but missing ones were added is the same. */
export function foldValues(readings: readonly DecodedReading[]): Values {
  const days = new Map<number, string[]>()
  let reachMs = 0
  for (const reading of readings) {
    if (reading.kind !== 'block' && reading.kind !== 'interval') continue
    const { channel, register, startMs, stepMs } = reading
    const values = reading.kind === 'block' ? reading.values : [reading.energyWh]
    const qualities = reading.kind === 'block' ? reading.qualities : [reading.quality]
    values.forEach((value, index) => {
      if (qualities[index] === 'missing') return
      const atMs = startMs + index * stepMs
      const dayMs = Math.floor(atMs / DAY_MS) * DAY_MS
      const lines = days.get(dayMs) ?? []
      lines.push(`${channel}${register} ${atMs} ${stepMs} ${value} ${qualities[index]}`)
      days.set(dayMs, lines)
      reachMs = Math.max(reachMs, atMs + stepMs)
    })
  }
  return { reachMs, digests: new Map([...days].map(([dayMs, lines]) => [dayMs, hashId(...lines.sort()).slice(0, 16)])) }
}
