/** Reads what is known of devices, one partition after the other, so that a fleet of any size fits. */
import { watchedChannel } from '../../../processors/gaps/state.ts'
import { stores as outcomeStores } from '../../../processors/outcomes/ports.ts'
import { store } from '../../../processors/runtime/define.ts'
import { devicePresence, enrollmentState } from '../../../topics/catalogue.ts'
import type { Topic } from '../../../topics/define.ts'
import { partitionOf } from '../../../topics/partitioner.ts'
import type { Schemas } from '../../../topics/registry.ts'
import type { RawLog } from '../log/raw-log.ts'
import { readTable } from '../log/read-table.ts'
import { storeTopic } from '../log/store-topic.ts'
import type { Heard, Which } from './heard.ts'
import { type DeviceOverview, overviewOf } from './overview.ts'

export interface FleetSource {
  readonly log: RawLog
  readonly schemas: Schemas
  readonly devicePartitions: number
  readonly nowMs: number
  /** By device; undefined = analytics does not answer. */
  readonly heard: (which: Which) => Promise<ReadonlyMap<string, Heard> | undefined>
}

/** All devices, partition by partition, each in the order of ids; or one device. */
export async function* readFleet(source: FleetSource, deviceId: string | undefined): AsyncGenerator<readonly DeviceOverview[]> {
  if (deviceId === undefined) {
    for (let partition = 0; partition < source.devicePartitions; partition++) yield readPartition(source, partition, { partition })
    return
  }
  const all = await readPartition(source, partitionOf(deviceId, source.devicePartitions), { deviceId })
  const found = all.filter((device) => device.deviceId === deviceId)
  if (found.length === 0) throw new Error(`--device: ${deviceId} is not registered`)
  yield found
}

/** From the compacted topics that processors keep, so that no history is searched. */
async function readPartition(
  { log, schemas, heard, nowMs }: FleetSource,
  partition: number,
  which: Which,
): Promise<readonly DeviceOverview[]> {
  const read = <T>(topic: Topic<T>) => readTable(topic, { log, schemas, partition })
  const tables = {
    states: await read(enrollmentState),
    presence: await read(devicePresence),
    commands: await read(storeTopic('outcomes', 'devices', outcomeStores.devices)),
    debts: await read(storeTopic('outcomes', 'debts', outcomeStores.debts)),
    channels: await read(storeTopic('gap-detector', 'channels', store(watchedChannel))),
    heard: await heard(which),
  }
  return overviewOf(tables, nowMs)
}
