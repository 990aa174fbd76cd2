/** Makes closed intervals of readings: windows by event time, closed on ticks, by revision. */
import type { ReadingBlock } from '../../schemas/telemetry.ts'
import { dispatchOrders, enrollmentState, telemetryGaps, telemetryIntervals, telemetryReadings } from '../../topics/catalogue.ts'
import { type Context, defineProcessor, store, table } from '../runtime/define.ts'
import { keepPrograms, knownProgram, programIn } from '../terms/known-programs.ts'
import { keepGap } from './asked-gaps.ts'
import { granularityOf } from './granularity.ts'
import type { StreamId } from './keys.ts'
import type { DraftParts } from './open-draft.ts'
import { withStream } from './open-draft.ts'
import { advancePass, startPass } from './pass.ts'
import { aggregatorDay, aggregatorPass, aggregatorStream, askedGaps, pendingWindows } from './state.ts'
import { takeIntervals } from './take-intervals.ts'
import { takeSpan } from './take-span.ts'

export interface AggregatorDeps {
  /** A day that nothing touched for so long is forgotten, ms; registers can not revise it any more, whole intervals can. */
  readonly keepMs?: number
}

const outputs = { intervals: telemetryIntervals }
const stores = {
  streams: store(aggregatorStream),
  days: store(aggregatorDay),
  pending: store(pendingWindows),
  asked: store(askedGaps),
  pass: store(aggregatorPass),
  programs: store(knownProgram),
}
const tables = { state: table(enrollmentState) }
export type AggregatorContext = Context<typeof outputs, typeof stores, typeof tables, Record<never, never>>

const TEN_DAYS_MS = 10 * 86_400_000

export function createAggregator({ keepMs = TEN_DAYS_MS }: AggregatorDeps = {}) {
  return defineProcessor({
    name: 'aggregator',
    about: 'Puts readings into windows by event time; closes them on ticks and revises them when something comes late.',
    inputs: { readings: telemetryReadings, gaps: telemetryGaps, orders: dispatchOrders },
    outputs,
    stores,
    tables,
    urgent: ['orders', 'state'],
    on: {
      orders: (context, { value }) => keepPrograms(context.stores.programs, value),
      gaps: (context, { value }) => value && keepGap(context.stores.asked, value),
      readings(context, { value }) {
        // A state of charge is no energy: it is told as a reading, and has no sum.
        if (!value || value.channel === 'stateOfCharge') return
        const fault = takeBlock(context, value)
        if (fault) context.reject('invalidValue', `startMs: ${new Date(value.startMs).toISOString()} ${fault}`, 'startMs')
      },
    },
    onTick: (context) => startPass(context.stores.pass, context.nowMs),
    work: (context, budget) => advancePass(context, partsOf, { budget, keepMs }),
  })
}

/** What a draft of one device's stream is opened with. */
function partsOf(context: AggregatorContext, { deviceId }: Pick<StreamId, 'deviceId'>): DraftParts {
  const device = context.tables.state.get(deviceId)
  const programOf = programIn(context.stores.programs)
  return {
    nowMs: context.nowMs,
    stores: context.stores,
    granularityAt: (atMs) => granularityOf(device, programOf, atMs),
    emit: (block) => context.emit('intervals', block, { partition: context.partition }),
  }
}

function takeBlock(context: AggregatorContext, block: ReadingBlock): string | null {
  return withStream(block, partsOf(context, block), (draft) => {
    if (block.kind === 'interval') {
      takeIntervals(draft, block)
      return null
    }
    const faults = block.values.map((_, index) => takeSpan(draft, block, index))
    return faults.find((fault) => fault !== null) ?? null
  })
}
