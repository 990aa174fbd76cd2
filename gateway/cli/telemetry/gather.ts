/** Gathers rows of single intervals into blocks, also where a file goes from device to device within each interval. */
import type { ImportBlock } from '../../../processors/normalizer/import-block.ts'
import type { Quality } from '../../../schemas/common.ts'
import { MAX_BLOCK_VALUES } from '../../../schemas/telemetry.ts'
import { ownCopy } from './cells.ts'
import type { NarrowRow } from './narrow-row.ts'

/** A block and the lines that it was gathered from. */
export interface Gathered {
  readonly deviceId: string
  readonly block: ImportBlock
  readonly stated: number
  readonly fromLine: number
  readonly toLine: number
}

export interface Gatherer {
  take(row: NarrowRow, line: number): void
  /** Emits what is still open. */
  end(): void
}

interface Open {
  readonly deviceId: string
  readonly channel: ImportBlock['channel']
  readonly startMs: number
  readonly stepS: number
  readonly values: (number | null)[]
  readonly qualities: Quality[]
  stated: number
  readonly fromLine: number
  toLine: number
}

/** Devices and channels whose blocks are open at a time; beyond it the one that was opened first is closed. */
const MAX_OPEN = 100_000

const openBlock = ({ deviceId, channel, startMs, stepS }: NarrowRow, line: number): Open => ({
  deviceId: ownCopy(deviceId),
  channel,
  startMs,
  stepS,
  values: [],
  qualities: [],
  stated: 0,
  fromLine: line,
  toLine: line,
})

const continues = (open: Open, { startMs, stepS }: NarrowRow): boolean =>
  open.stepS === stepS && open.values.length < MAX_BLOCK_VALUES && startMs === open.startMs + open.values.length * stepS * 1000

/** Blocks of one device and channel come out in the order of their rows. Empty rows are kept within a block and dropped at its end. */
export function createGatherer(emit: (gathered: Gathered) => void, maxOpen = MAX_OPEN): Gatherer {
  const blocks = new Map<string, Open>()

  function close(key: string, open: Open): void {
    blocks.delete(key)
    const { deviceId, channel, startMs, stepS, values, qualities, stated, fromLine, toLine } = open
    if (stated === 0) return
    const isPlain = qualities.every((quality) => quality === 'measured' || quality === 'missing')
    const block = { channel, startMs, stepS, values, qualities: isPlain ? null : qualities, code: '' }
    emit({ deviceId, block, stated, fromLine, toLine })
  }

  return {
    take(row, line) {
      const key = `${row.channel} ${row.deviceId}`
      const last = blocks.get(key)
      if (last && !continues(last, row)) close(key, last)
      const open = blocks.get(key) ?? openBlock(row, line)
      blocks.set(key, open)
      open.values.push(row.wh)
      open.qualities.push(row.quality)
      open.toLine = line
      if (row.wh !== null) open.stated++
      if (blocks.size <= maxOpen) return
      for (const [first, oldest] of blocks) return close(first, oldest)
    },
    end() {
      for (const [key, open] of blocks) close(key, open)
    },
  }
}
