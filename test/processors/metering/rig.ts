/** A driver over the telemetry processors, with registered devices, and what tests ask of its logs. */
import { createAggregator } from '../../../processors/aggregator/processor.ts'
import { decodeImportBlock } from '../../../processors/normalizer/import-block.ts'
import { createNormalizer } from '../../../processors/normalizer/processor.ts'
import type { Topology } from '../../../processors/runtime/define.ts'
import type { DeviceState } from '../../../schemas/enrollment.ts'
import type { Program } from '../../../schemas/programs.ts'
import type { IntervalBlock, ReadingBlock } from '../../../schemas/telemetry.ts'
import { dispatchOrders, enrollmentState, telemetryIntervals, telemetryReadings } from '../../../topics/catalogue.ts'
import { createDriver, type Driver, type DriverOptions } from '../../driver/driver.ts'
import { decodeSamples } from './samples.ts'

export const START_MS = Date.UTC(2026, 5, 10, 12)
export const MINUTE_MS = 60_000

export const normalizer = createNormalizer({ decoders: { loopback: decodeSamples, none: decodeImportBlock } })
export const aggregator = createAggregator()

export const meteringTopology: Topology = {
  subTopologies: [{ name: 'telemetry', partitioning: 'device', processors: [normalizer, aggregator] }],
  external: [],
  terminal: [],
}

export interface World {
  readonly devices: readonly DeviceState[]
  readonly programs?: readonly Program[]
}

/** Sends devices and programs, and runs. */
export function openDriver(world: World, options: Partial<DriverOptions> = {}, topology: Topology = meteringTopology): Driver {
  const driver = createDriver(topology, { startMs: START_MS, devicePartitions: 2, ...options })
  for (let partition = 0; partition < (options.devicePartitions ?? 2); partition++)
    driver.send(
      dispatchOrders,
      { orderSeq: 1, events: [], programs: world.programs ?? [], allocations: [], holds: [], holdsChanged: false },
      { partition },
    )
  for (const device of world.devices) driver.send(enrollmentState, device)
  driver.run()
  return driver
}

const valuesOf = <T>(records: readonly { readonly value: T | null }[]): T[] => records.flatMap(({ value }) => (value ? [value] : []))

export const readingsOf = (driver: Driver): ReadingBlock[] => valuesOf(driver.read(telemetryReadings))
export const blocksOf = (driver: Driver): IntervalBlock[] => valuesOf(driver.read(telemetryIntervals))

export const sumOf = (blocks: readonly { readonly values: readonly number[] }[]): number =>
  blocks.reduce((sum, block) => block.values.reduce((a, b) => a + b, sum), 0)

/** The newest revision of each interval, by device, channel, source and start. */
export function latestIntervals(blocks: readonly IntervalBlock[]) {
  const latest = new Map<string, { wh: number; quality: string; coveragePermille: number; revision: number }>()
  for (const block of blocks) {
    block.values.forEach((wh, index) => {
      const key = `${block.deviceId} ${block.channel} ${block.source} ${new Date(block.startMs + index * block.stepS * 1000).toISOString()}`
      const { revision } = block
      if ((latest.get(key)?.revision ?? 0) > revision) return
      latest.set(key, { wh, quality: block.qualities[index] ?? '', coveragePermille: block.coveragePermille[index] ?? 0, revision })
    })
  }
  return new Map([...latest].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The newest revision of each interval as [Wh, quality, coverage in thousandths, revision]. */
export const rowsOf = (driver: Driver) =>
  [...latestIntervals(blocksOf(driver)).values()].map(({ wh, quality, coveragePermille, revision }) => [
    wh,
    quality,
    coveragePermille,
    revision,
  ])

export const sumOfLatest = (blocks: readonly IntervalBlock[]): number =>
  [...latestIntervals(blocks).values()].reduce((sum, { wh }) => sum + wh, 0)
