/** Every row of the bench, in the order in which they run. */
import { acksRow } from './rows/acks.ts'
import { baselineRow } from './rows/baseline.ts'
import { bulkImportRow } from './rows/bulk-import.ts'
import { fanOutRow } from './rows/fan-out.ts'
import { killRow } from './rows/kill.ts'
import { meterValuesRow } from './rows/meter-values.ts'
import { openAdr2bRow } from './rows/openadr2b.ts'
import { restRow } from './rows/rest.ts'
import { restartRow } from './rows/restart.ts'
import { settlementRow } from './rows/settlement.ts'
import { socketsRow } from './rows/sockets.ts'
import { telemetryRow } from './rows/telemetry.ts'
import type { Row } from './support/row.ts'

export const rows: readonly Row[] = [
  baselineRow,
  fanOutRow,
  restartRow,
  killRow,
  acksRow,
  socketsRow,
  meterValuesRow,
  restRow,
  openAdr2bRow,
  telemetryRow,
  bulkImportRow,
  settlementRow,
]
