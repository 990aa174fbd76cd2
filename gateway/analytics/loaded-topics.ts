/** Everything that is loaded into ClickHouse, in the order of the flow. */
import type { RowMaker } from './rows/declare.ts'
import { ackRows, commandRows, decisionRows, outcomeRows } from './rows/dispatch.ts'
import { connectionRows, enrollmentChangeRows, enrollmentVerdictRows } from './rows/enrollment.ts'
import { journalRows, rejectedRows } from './rows/runtime.ts'
import { baselineRows, nominationRows, resultRows, statementRows, unitIntervalRows } from './rows/settlement.ts'
import { gapRows, intervalRows, rawTelemetryRows, readingRows } from './rows/telemetry.ts'
import { reportRows, utilityEventRows } from './rows/utility.ts'

/** One per topic. */
export const rowMakers: readonly RowMaker[] = [
  utilityEventRows,
  enrollmentChangeRows,
  enrollmentVerdictRows,
  decisionRows,
  ...commandRows,
  connectionRows,
  ackRows,
  outcomeRows,
  ...rawTelemetryRows,
  readingRows,
  intervalRows,
  gapRows,
  unitIntervalRows,
  nominationRows,
  baselineRows,
  resultRows,
  statementRows,
  reportRows,
  rejectedRows,
  journalRows,
]
