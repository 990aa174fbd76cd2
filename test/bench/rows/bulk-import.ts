/**
 * Bulk import: 45 days of 15-minute history per device as blocks of a day each, from telemetry.raw.import to ClickHouse.
 *
 * Measured: the production telemetry sub-topology in one process and the production analytics process in another, on a backlog of import
 * blocks: block → readings → intervals → contributions to units, exactly once, each as rows in ClickHouse. The time runs from both being
 * at work until the last row is there; only blocks that were not read by then are counted. The sum in ClickHouse is compared with the
 * blocks'.
 *
 * Not measured: reading and splitting of CSV files, which `drover telemetry import` does; the bench writes the blocks beforehand.
 */
import { importRecord } from '../../../processors/normalizer/import-block.ts'
import { telemetryRaw } from '../../../topics/catalogue.ts'
import { measureBareRelay } from '../limits/bare-relay.ts'
import { appendAll } from '../support/append-all.ts'
import { fleetOf, termsOf } from '../support/fleet.ts'
import { figureOf, type Row, rounded } from '../support/row.ts'
import type { Stage } from '../support/stage.ts'
import { loaded, startTelemetry, type TelemetryRig } from '../support/telemetry-rig.ts'
import { advanced } from '../support/visibility.ts'

const DAY_MS = 86_400_000
const STEP_S = 900
const PER_DAY = 96
const GOAL = 500_000
const RELAYED = 50_000

const valuesOf = (device: number, day: number): readonly number[] =>
  Array.from({ length: PER_DAY }, (_, slot) => (slot * 37 + device * 11 + day * 7) % 1_900)

async function writeBlocks({ writer }: Stage, deviceIds: readonly string[], startMs: number, days: number): Promise<void> {
  const receivedMs = Date.now()
  for (let day = 0; day < days; day++) {
    await appendAll(deviceIds, (deviceId, device) => {
      const block = {
        channel: 'import',
        startMs: startMs + day * DAY_MS,
        stepS: STEP_S,
        values: valuesOf(device, day),
        qualities: null,
        code: '',
      } as const
      return writer.append(telemetryRaw.import, importRecord(block, { deviceId, source: `bench.csv:${day}`, receivedMs }), {
        timestampMs: receivedMs,
      })
    })
  }
}

/** Compares what stands in ClickHouse with what was imported, to the watt-hour. */
async function check({ analytics }: TelemetryRig, devices: number, days: number): Promise<number> {
  const sumWh = await analytics.ask('SELECT sum(wh) FROM drover.intervals')
  let importedWh = 0
  for (let day = 0; day < days; day++)
    for (let device = 0; device < devices; device++) for (const wh of valuesOf(device, day)) importedWh += wh
  if (sumWh !== importedWh) throw new Error(`the intervals add up to ${sumWh} Wh, the blocks to ${importedWh} Wh`)
  return sumWh
}

/** Resolves when every block is in ClickHouse at each stage. */
async function drain({ analytics, readings }: TelemetryRig, blocks: number): Promise<{ counted: number; seconds: number }> {
  const begunMs = performance.now()
  const before = Math.min(blocks, advanced(readings.begin, readings.latest().ends))
  for (const table of ['reading_rows', 'interval_rows', 'unit_interval_rows'])
    await loaded(analytics, `SELECT count() FROM drover.${table}`, blocks)
  return { counted: (blocks - before) * PER_DAY, seconds: (performance.now() - begunMs) / 1_000 }
}

export const bulkImportRow: Row = {
  name: 'bulk-import',
  about: 'import blocks → readings → intervals → ClickHouse, intervals per second',
  stage: 'bulk-import',
  async measure(stage, { quick }, report) {
    const fleet = fleetOf(quick ? 200 : 2_000, 'history')
    const days = quick ? 10 : 45
    const startMs = Math.floor(Date.now() / DAY_MS) * DAY_MS - (days + 1) * DAY_MS
    const write = () => writeBlocks(stage, fleet.deviceIds, startMs, days)
    const rig = await startTelemetry(stage, { fleet, terms: termsOf(), nowMs: null, write })
    const blocks = fleet.size * days
    const { counted, seconds } = await drain(rig, blocks)
    const sumWh = await check(rig, fleet.size, days)
    const relayed = await measureBareRelay(stage, { raw: telemetryRaw.import, most: Math.min(RELAYED, blocks / 2), values: PER_DAY })
    report(
      figureOf({
        row: 'bulk-import',
        figure: counted / seconds,
        unit: 'intervals/s, import blocks → readings → intervals → ClickHouse',
        better: 'higher',
        limit: relayed * PER_DAY,
        limitIs: 'bare node-rdkafka relay: read, decode the envelope, write a block of 96 values each, 5,000 a transaction; nothing loaded',
        goal: quick ? null : GOAL,
        more: {
          devices: fleet.size,
          days,
          intervals: blocks * PER_DAY,
          counted,
          seconds: rounded(seconds),
          sumWh,
          trouble: rig.worker.trouble.length,
        },
      }),
    )
  },
}
