/** Joins blocks of intervals that follow one another and say the same of themselves: a day of a local calendar lies in two of the aggregator's. */
import { type IntervalBlock, MAX_BLOCK_VALUES } from '../../schemas/telemetry.ts'
import { DAY_MS } from './day.ts'

export interface BlockJoiner {
  emit(block: IntervalBlock): void
  /** Emits what is left. */
  end(): void
}

/** No block that comes out is longer than a day; readers look no further back for the one that an interval is in. */
export function createBlockJoiner(emit: (block: IntervalBlock) => void): BlockJoiner {
  let held: IntervalBlock | null = null
  return {
    emit(block) {
      if (held && follows(held, block)) held = join(held, block)
      else {
        if (held) emit(held)
        held = block
      }
    },
    end() {
      if (held) emit(held)
      held = null
    },
  }
}

function follows(held: IntervalBlock, { startMs, stepS, revision, reason, values }: IntervalBlock): boolean {
  const count = held.values.length + values.length
  const isNext = startMs === held.startMs + held.values.length * held.stepS * 1000
  const isAlike = held.stepS === stepS && held.revision === revision && held.reason === reason
  return isNext && isAlike && count <= MAX_BLOCK_VALUES && count * stepS * 1000 <= DAY_MS
}

function join(held: IntervalBlock, block: IntervalBlock): IntervalBlock {
  return {
    ...held,
    values: [...held.values, ...block.values],
    qualities: [...held.qualities, ...block.qualities],
    coveragePermille: [...held.coveragePermille, ...block.coveragePermille],
  }
}
