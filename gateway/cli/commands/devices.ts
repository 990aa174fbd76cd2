/** `drover devices`: connection, last telemetry, last command of each device, and the releases that are owed. */
import type { Command } from 'commander'
import { watchedChannel } from '../../../processors/gaps/state.ts'
import { stores as outcomeStores } from '../../../processors/outcomes/ports.ts'
import { store } from '../../../processors/runtime/define.ts'
import { devicePresence, enrollmentState } from '../../../topics/catalogue.ts'
import type { Topic } from '../../../topics/define.ts'
import { partitionOf } from '../../../topics/partitioner.ts'
import { type DeviceOverview, overviewOf } from '../devices/overview.ts'
import { describeDevice } from '../devices/print.ts'
import { openRawLog, type RawLog } from '../log/raw-log.ts'
import { readTable } from '../log/read-table.ts'
import { storeTopic } from '../log/store-topic.ts'
import type { Session } from '../session.ts'

/** When the last body of each device came, by analytics; undefined = it does not answer. */
async function readReceived(session: Session, deviceId: string | undefined): Promise<ReadonlyMap<string, number> | undefined> {
  try {
    const result = await session.clickhouse().query({
      query: `SELECT device_id AS id, toUnixTimestamp64Milli(max(received_at)) AS atMs FROM drover.raw_telemetry_rows WHERE {id: String} IN ('', device_id) GROUP BY device_id`,
      query_params: { id: deviceId ?? '' },
      format: 'JSONEachRow',
    })
    const rows = await result.json<{ id: string; atMs: string }>()
    return new Map(rows.map(({ id, atMs }) => [id, Number(atMs)]))
  } catch (error) {
    console.error(
      `analytics does not answer (${error instanceof Error ? error.message : String(error)}); telling what the log's own tables know`,
    )
    return undefined
  }
}

/** From the compacted topics that processors keep, so that no history is searched. */
async function readOverviews(session: Session, log: RawLog, deviceId: string | undefined): Promise<readonly DeviceOverview[]> {
  const { devicePartitions } = session.environment().stack
  const partition = deviceId === undefined ? null : partitionOf(deviceId, devicePartitions)
  const read = <T>(topic: Topic<T>) => readTable(topic, { log, schemas: session.schemas(), partition })
  const tables = {
    states: await read(enrollmentState),
    presence: await read(devicePresence),
    commands: await read(storeTopic('outcomes', 'devices', outcomeStores.devices)),
    debts: await read(storeTopic('outcomes', 'debts', outcomeStores.debts)),
    channels: await read(storeTopic('gap-detector', 'channels', store(watchedChannel))),
    received: await readReceived(session, deviceId),
  }
  const all = overviewOf(tables, session.environment().clock.nowMs())
  const found = deviceId === undefined ? all : all.filter((device) => device.deviceId === deviceId)
  if (deviceId !== undefined && found.length === 0) throw new Error(`--device: ${deviceId} is not registered`)
  return found
}

export function addDeviceCommands(program: Command, session: Session): void {
  program
    .command('devices')
    .description('connection, last telemetry, last command and what became of it')
    .option('--device <id>', 'this one only')
    .option('--owed', 'only devices that have not confirmed a release')
    .option('--json', 'as JSON')
    .action(async (options: { device?: string; owed?: boolean; json?: boolean }) => {
      const log = openRawLog({ brokers: session.environment().stack.brokers, name: 'drover.devices', signal: session.signal })
      try {
        const all = await readOverviews(session, log, options.device)
        const devices = options.owed ? all.filter(({ owed }) => owed !== null) : all
        if (options.json) return console.log(JSON.stringify(devices))
        for (const device of devices) console.log(describeDevice(device))
        const owing = devices.filter(({ owed }) => owed !== null).length
        console.log(owing === 0 ? `${devices.length} devices, no release owed` : `${devices.length} devices, ${owing} releases owed`)
      } finally {
        await log.close()
      }
    })
}
