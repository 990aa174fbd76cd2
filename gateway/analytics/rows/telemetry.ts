/** Rows of telemetry: where raw bodies stand, readings, intervals and gaps. */
import { telemetryGaps, telemetryIntervals, telemetryRaw, telemetryReadings } from '../../../topics/catalogue.ts'
import { int32, int64, int64s, nullable, text, uint16s } from './cells.ts'
import { rowsOf } from './declare.ts'
import { qualityCells } from './quality.ts'

/** Bodies stay on the log; the rows say where. */
export const rawTelemetryRows = Object.values(telemetryRaw).map((topic) =>
  rowsOf(topic, 'raw_telemetry_rows', (column) => ({
    device_id: column(text, (raw) => raw.deviceId),
    received_at: column(int64, (raw) => raw.receivedMs),
    protocol: column(text, (raw) => raw.protocol),
    kind: column(text, (raw) => raw.kind),
    source: column(text, (raw) => raw.source),
    epoch: column(int64, (raw) => raw.epoch),
    content_type: column(text, (raw) => raw.contentType),
    body_bytes: column(int32, (raw) => raw.body.length),
    sha256: column(text, (raw) => raw.sha256),
  })),
)

export const readingRows = rowsOf(
  telemetryReadings,
  'reading_rows',
  (column) => ({
    device_id: column(text, (block) => block.deviceId),
    channel: column(text, (block) => block.channel),
    source: column(text, (block) => block.source),
    kind: column(text, (block) => block.kind),
    register: column(text, (block) => block.register),
    start_at: column(int64, (block) => block.startMs),
    step_ms: column(int64, (block) => block.stepMs),
    whs: column(int64s, (block) => block.values),
    qualities: column(qualityCells, (block) => block.qualities),
    source_code: column(text, (block) => block.sourceCode),
    raw_offset: column(int64, (block) => block.rawOffset),
  }),
  { lists: (block) => [block.values, block.qualities] },
)

export const intervalRows = rowsOf(
  telemetryIntervals,
  'interval_rows',
  (column) => ({
    device_id: column(text, (block) => block.deviceId),
    channel: column(text, (block) => block.channel),
    source: column(text, (block) => block.source),
    step_s: column(int32, (block) => block.stepS),
    revision: column(int32, (block) => block.revision),
    reason: column(text, (block) => block.reason),
    start_at: column(int64, (block) => block.startMs),
    whs: column(int64s, (block) => block.values),
    qualities: column(qualityCells, (block) => block.qualities),
    coverages_permille: column(uint16s, (block) => block.coveragePermille),
  }),
  { lists: (block) => [block.values, block.qualities, block.coveragePermille] },
)

export const gapRows = rowsOf(telemetryGaps, 'gap_rows', (column) => ({
  device_id: column(text, (gap) => gap.deviceId),
  gap_id: column(text, (gap) => gap.gapId),
  revision: column(int32, (gap) => gap.revision),
  channel: column(text, (gap) => gap.channel),
  from_at: column(int64, (gap) => gap.fromMs),
  until_at: column(int64, (gap) => gap.untilMs),
  status: column(text, (gap) => gap.status),
  energy_wh: column(nullable(int64), (gap) => gap.energyWh),
  detected_at: column(int64, (gap) => gap.detectedMs),
}))
