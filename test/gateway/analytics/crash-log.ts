/** The log that a loader is killed over: the same records each time. */
import { dispatchDecisions, settlementResults, telemetryIntervals } from '../../../topics/catalogue.ts'
import { decisionBlock, intervalBlock, settlementResult, T0 } from './blocks.ts'
import type { MemoryReader } from './memory-reader.ts'

const RECORDS = 50

/** What the tables must have of it. `more`: with further records, so that batches end elsewhere than before. */
export function fillLog(reader: MemoryReader, more = 0): { readonly records: number; readonly wh: number; readonly devices: number } {
  const blocks = Array.from({ length: RECORDS + more }, (_, index) => intervalBlock([index, 1, 2, 3], { startMs: T0 + index * 3_600_000 }))
  const others = Array.from({ length: more }, (_, index) => `later-${index}`)
  reader.append(telemetryIntervals, blocks)
  reader.append(dispatchDecisions, [decisionBlock(['a', 'b']), decisionBlock(['c']), ...others.map((device) => decisionBlock([device]))])
  reader.append(settlementResults, [settlementResult([1, 2, 3, 4]), ...others.map((unitId) => settlementResult([0], { unitId }))])
  return {
    records: blocks.length,
    wh: blocks.flatMap(({ values }) => values).reduce((sum, wh) => sum + wh, 0),
    devices: 3 + more,
  }
}
