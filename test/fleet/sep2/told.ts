/** What clients told of their meters, by what the log holds of it: the sum, and whether anything is missing or said in two ways. */
import { decodeSep2 } from '../../../connectors/sep2/decode.ts'
import type { DecodedReading } from '../../../processors/normalizer/decoded.ts'
import type { RawTelemetry } from '../../../schemas/telemetry.ts'

export interface Told {
  /** Import less export of what was told, Wh; of registers the difference between the first and the last. */
  readonly netWh: number
  /** From when that counts. */
  readonly fromMs: number
  readonly untilMs: number
  /** Values that are not there, or stand there again as others, by channel and time. */
  readonly faults: readonly string[]
}

const CHANNELS = ['import', 'export'] as const
interface Value {
  readonly endMs: number
  readonly wh: number
  readonly isRegister: boolean
}

/** Of the records of one device that told `stepMs` by `stepMs`, up to `untilMs`. */
export function toldOf(raws: readonly RawTelemetry[], { stepMs, untilMs }: { readonly stepMs: number; readonly untilMs: number }): Told {
  const readings = raws.flatMap((raw) => decodeSep2(raw).readings)
  const faults: string[] = []
  let netWh = 0
  let fromMs = untilMs
  for (const channel of CHANNELS) {
    const values = readings
      .flatMap((reading) => (reading.channel === channel ? measuredOf(reading) : []))
      .filter((value) => value.endMs <= untilMs)
    const byEnd = new Map<number, Value>()
    for (const value of values) {
      const known = byEnd.get(value.endMs)
      if (known && known.wh !== value.wh) faults.push(`${channel} ${value.endMs}: ${known.wh} and ${value.wh}`)
      byEnd.set(value.endMs, known ?? value)
    }
    const [first, ...others] = [...byEnd.values()].sort((a, b) => a.endMs - b.endMs)
    if (!first) {
      faults.push(`${channel}: nothing`)
      continue
    }
    for (let endMs = first.endMs; endMs <= untilMs; endMs += stepMs) if (!byEnd.has(endMs)) faults.push(`${channel} ${endMs}: missing`)
    const last = others.at(-1) ?? first
    const wh = first.isRegister ? last.wh - first.wh : [first, ...others].reduce((sum, value) => sum + value.wh, 0)
    netWh += channel === 'import' ? wh : -wh
    fromMs = first.isRegister ? first.endMs : first.endMs - stepMs
  }
  return { netWh, fromMs, untilMs, faults }
}

function measuredOf(reading: DecodedReading): Value[] {
  if (reading.kind === 'register') return [{ endMs: reading.atMs, wh: reading.registerWh, isRegister: true }]
  return reading.kind === 'interval' ? [{ endMs: reading.startMs + reading.stepMs, wh: reading.energyWh, isRegister: false }] : []
}
