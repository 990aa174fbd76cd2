/**
 * Telemetry: one reading a message, from raw OCPP frames to ClickHouse.
 *
 * Measured: the production telemetry sub-topology (normalizer, aggregator, gap detector, router) in one process and the production
 * analytics process in another, on a backlog of MeterValues frames that waits on telemetry.raw.ocpp: frame → reading → closed 15-minute
 * interval → contribution to the unit, exactly once, and raw record, reading, interval and contribution as rows in ClickHouse. The time
 * runs from both being at work until the last row is there; only readings that were not made by then are counted. The processors' clock
 * follows the data, so that windows close and gaps are looked for as often per reading as in a live fleet of one reading a minute each.
 * The sum of the intervals in ClickHouse is compared with the chargers' registers.
 *
 * Not measured: sockets and the connector; the bench writes the frames beforehand, and the enrolled states and the order with the terms.
 */

import type { RawTelemetry } from '../../../schemas/telemetry.ts'
import { telemetryRaw } from '../../../topics/catalogue.ts'
import { sha256Hex } from '../../../topics/ids.ts'
import { partitionOf } from '../../../topics/partitioner.ts'
import { measureBareRelay } from '../limits/bare-relay.ts'
import { appendAll } from '../support/append-all.ts'
import { fleetOf, termsOf } from '../support/fleet.ts'
import { figureOf, type Row, rounded } from '../support/row.ts'
import type { Stage } from '../support/stage.ts'
import { loaded, startTelemetry, type TelemetryRig } from '../support/telemetry-rig.ts'
import { advanced, type Ends } from '../support/visibility.ts'

const MINUTE_MS = 60_000
const STEP_MS = 15 * MINUTE_MS
const GRACE_S = 120
const GOAL = 30_000
const CLOCK_EVERY_MS = 100
/** The aggregator's passes begin no closer to each other. */
const PASS_MS = 15_000
const RELAYED = 200_000

const perMinuteWh = (device: number): number => 60 + (device % 60)

function registersWh({ devices, minutes }: Sizes): number {
  let sumWh = 0
  for (let device = 0; device < devices; device++) sumWh += minutes * perMinuteWh(device)
  return sumWh
}

function frameOf(deviceId: string, device: number, minute: number, atMs: number): RawTelemetry {
  const sampled = {
    value: String(1_000_000 + device + minute * perMinuteWh(device)),
    context: 'Sample.Periodic',
    measurand: 'Energy.Active.Import.Register',
    unit: 'Wh',
    location: 'Outlet',
  }
  const payload = { connectorId: 1, meterValue: [{ timestamp: new Date(atMs).toISOString(), sampledValue: [sampled] }] }
  const body = Buffer.from(JSON.stringify([2, `${device}-${minute}`, 'MeterValues', payload]))
  return {
    deviceId,
    protocol: 'ocpp',
    kind: 'MeterValues',
    source: 'bench',
    receivedMs: atMs + 500,
    epoch: 0,
    contentType: 'application/json',
    body,
    sha256: sha256Hex(body),
  }
}

async function writeFrames({ writer }: Stage, deviceIds: readonly string[], startMs: number, minutes: number): Promise<void> {
  for (let minute = 0; minute <= minutes; minute++) {
    const atMs = startMs + minute * MINUTE_MS
    await appendAll(deviceIds, (deviceId, device) =>
      writer.append(telemetryRaw.ocpp, frameOf(deviceId, device, minute, atMs), { timestampMs: atMs + 500 }),
    )
  }
}

/** How far the partition that is furthest behind has come, 0 to 1. */
function leastShare(begin: Ends, now: Ends, due: readonly number[]): number {
  return Math.min(1, ...due.map((count, partition) => (count === 0 ? 1 : ((now[partition] ?? 0) - (begin[partition] ?? 0)) / count)))
}

function duePerPartition(deviceIds: readonly string[], partitions: number, minutes: number): readonly number[] {
  const due = Array.from({ length: partitions }, () => 0)
  for (const deviceId of deviceIds) {
    const partition = partitionOf(deviceId, partitions)
    due[partition] = (due[partition] ?? 0) + minutes
  }
  return due
}

interface Sizes {
  readonly devices: number
  readonly minutes: number
  readonly startMs: number
  readonly endMs: number
}

function sizesOf(quick: boolean): Sizes {
  const minutes = quick ? 30 : 60
  const endMs = Math.floor((Date.now() - 20 * MINUTE_MS) / STEP_MS) * STEP_MS
  return { devices: quick ? 1_000 : 20_000, minutes, endMs, startMs: endMs - minutes * MINUTE_MS }
}

/** Lets the processors' clock show the time of the data that the slowest partition has come to; returns what ends that. */
function followData({ worker, readings }: TelemetryRig, due: readonly number[], { devices, minutes, startMs }: Sizes): () => void {
  // Each reading is taken twice: raw by the normalizer, and as a reading by the aggregator.
  const inputs = devices * (2 * minutes + 1)
  const before = worker.inputs('telemetry')
  const timer = setInterval(() => {
    const share = Math.min(leastShare(readings.begin, readings.latest().ends, due), (worker.inputs('telemetry') - before) / inputs)
    worker.setClock(startMs + Math.floor(share * minutes * MINUTE_MS))
  }, CLOCK_EVERY_MS)
  return () => clearInterval(timer)
}

/** Time goes on when the data has ended: what the aggregator takes after a window was closed is in its next revision. Returns what ends that. */
function passTime(worker: TelemetryRig['worker'], fromMs: number): () => void {
  let nowMs = fromMs
  const timer = setInterval(() => {
    worker.setClock(nowMs)
    nowMs += PASS_MS
  }, CLOCK_EVERY_MS)
  return () => clearInterval(timer)
}

interface Drained {
  /** Readings that were made since the time began. */
  readonly counted: number
  readonly readingsLoadedS: number
  readonly intervalsLoadedS: number
}

async function drain(stage: Stage, rig: TelemetryRig, deviceIds: readonly string[], sizes: Sizes): Promise<Drained> {
  const { worker, analytics, readings } = rig
  const { minutes, endMs } = sizes
  const total = deviceIds.length * minutes
  const begunMs = performance.now()
  const before = Math.min(total, advanced(readings.begin, readings.latest().ends))
  const follow = followData(rig, duePerPartition(deviceIds, stage.devicePartitions, minutes), sizes)
  await loaded(analytics, 'SELECT sum(length(whs)) FROM drover.reading_rows', total).finally(follow)
  const readingsLoadedS = (performance.now() - begunMs) / 1_000
  const passOn = passTime(worker, endMs + (GRACE_S + 60) * 1_000)
  await loaded(analytics, 'SELECT sum(wh) FROM drover.intervals', registersWh(sizes))
    .then(() => loaded(analytics, 'SELECT sum(wh) FROM drover.unit_contributions', registersWh(sizes)))
    .finally(passOn)
  return { counted: total - before, readingsLoadedS, intervalsLoadedS: (performance.now() - begunMs) / 1_000 }
}

/** Compares the intervals with the registers, to the watt-hour; returns how many intervals were written more than once. */
async function check({ analytics }: TelemetryRig, sizes: Sizes): Promise<{ sumWh: number; intervalRevisions: number }> {
  const sumWh = await analytics.ask('SELECT sum(wh) FROM drover.intervals')
  const knownWh = registersWh(sizes)
  if (sumWh !== knownWh) throw new Error(`the intervals add up to ${sumWh} Wh, the registers to ${knownWh} Wh`)
  const rows = await analytics.ask('SELECT sum(length(whs)) FROM drover.interval_rows')
  return { sumWh, intervalRevisions: rows - (await analytics.ask('SELECT count() FROM drover.intervals')) }
}

export const telemetryRow: Row = {
  name: 'telemetry',
  about: 'raw frames → readings → intervals → ClickHouse, readings per second, one reading a message',
  stage: 'telemetry',
  async measure(stage, { quick }, report) {
    const sizes = sizesOf(quick)
    const { startMs, minutes } = sizes
    const fleet = fleetOf(sizes.devices, 'meter')
    const write = () => writeFrames(stage, fleet.deviceIds, startMs, minutes)
    const rig = await startTelemetry(stage, { fleet, terms: termsOf({ graceS: GRACE_S }), nowMs: startMs, write })
    const drained = await drain(stage, rig, fleet.deviceIds, sizes)
    const checked = await check(rig, sizes)
    const most = Math.min(RELAYED, (fleet.size * minutes) / 2)
    report(
      figureOf({
        row: 'telemetry',
        figure: drained.counted / drained.intervalsLoadedS,
        unit: 'readings/s, raw → readings → intervals → ClickHouse',
        better: 'higher',
        limit: await measureBareRelay(stage, { raw: telemetryRaw.ocpp, most, values: 1 }),
        limitIs:
          'bare node-rdkafka relay: read, decode the envelope, write a block of one reading each, 5,000 a transaction; nothing loaded',
        goal: quick ? null : GOAL,
        more: {
          devices: fleet.size,
          counted: drained.counted,
          readingsLoadedS: rounded(drained.readingsLoadedS),
          intervalsLoadedS: rounded(drained.intervalsLoadedS),
          ...checked,
          trouble: rig.worker.trouble.length,
        },
      }),
    )
  },
}
