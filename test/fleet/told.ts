/** What devices told of their meters, by what the log holds of it and the normalizer makes of that: the sum, what is missing or said in two ways, and resets. */

import { normalize } from '../../processors/normalizer/decide.ts'
import type { Decoder } from '../../processors/normalizer/decoded.ts'
import { nothingKnown } from '../../processors/normalizer/state.ts'
import type { Quality } from '../../schemas/common.ts'
import type { RawTelemetry, ReadingBlock } from '../../schemas/telemetry.ts'

export interface Told {
  /** Import less export, Wh. */
  readonly netWh: number
  /** From when to when that counts. */
  readonly fromMs: number
  readonly untilMs: number
  /** Of its energies, each once. */
  readonly qualities: readonly Quality[]
  /** Energies in which a register began anew, so that what came before in them is not known. */
  readonly resets: readonly ReadingBlock[]
  /** What could not be used, is not there, or stands there again as something else. */
  readonly faults: readonly string[]
}

/** How its records are read. */
export interface Reading {
  readonly decode: Decoder
  readonly source: ReadingBlock['source']
  /** All of which the device tells. */
  readonly channels: readonly ('import' | 'export')[]
  readonly ratedW: number
}

/** Of the records of one device, up to a time as the log has it. */
export function toldOf(raws: readonly RawTelemetry[], reading: Reading, untilMs: number): Told {
  const faults: string[] = []
  const blocks = blocksOf(raws, reading, faults).filter((block) => endOf(block) <= untilMs)
  const effective = effectiveOf(blocks, faults)
  const fromMs = Math.min(...effective.map(({ startMs }) => startMs))
  let netWh = 0
  for (const channel of reading.channels) {
    const own = effective.filter((block) => block.channel === channel)
    netWh += own.reduce((wh, { values }) => wh + (values[0] ?? 0), 0) * (channel === 'import' ? 1 : -1)
    const coveredMs = own.reduce((ms, block) => ms + (block.kind === 'withdrawn' ? -block.stepMs : block.stepMs), 0)
    if (coveredMs !== untilMs - fromMs) faults.push(`${channel}: ${coveredMs} ms of ${untilMs - fromMs}`)
  }
  const qualities = [...new Set(effective.flatMap((block) => block.qualities))].sort()
  return { netWh, fromMs, untilMs, qualities, resets: effective.filter(({ sourceCode }) => sourceCode.includes('register-')), faults }
}

const endOf = ({ startMs, stepMs }: ReadingBlock): number => startMs + stepMs

function blocksOf(raws: readonly RawTelemetry[], { decode, source, ratedW }: Reading, faults: string[]): ReadingBlock[] {
  let state = nothingKnown
  const blocks: ReadingBlock[] = []
  for (const [rawOffset, raw] of raws.entries()) {
    const normalized = normalize(state, decode(raw), { raw, rawOffset, source, ratedW })
    state = normalized.state
    blocks.push(...normalized.blocks.filter(({ channel }) => channel !== 'stateOfCharge'))
    faults.push(...normalized.faults.map(({ path, detail }) => `${path}: ${detail}`))
  }
  return blocks
}

/** An interval that is stated again counts once; differences of a register each count. */
function effectiveOf(blocks: readonly ReadingBlock[], faults: string[]): readonly ReadingBlock[] {
  const intervals = new Map<string, ReadingBlock>()
  for (const block of blocks.filter(({ kind }) => kind === 'interval')) {
    const key = `${block.channel} ${block.startMs}`
    const known = intervals.get(key)
    if (known && known.values[0] !== block.values[0]) faults.push(`${key}: ${known.values[0]} and ${block.values[0]} Wh`)
    intervals.set(key, block)
  }
  return [...blocks.filter(({ kind }) => kind !== 'interval'), ...intervals.values()]
}
