/** Finds the connections that a node left open when it died, so that it can say that they are closed. */
import type { LogReader } from '../../processors/runtime/log.ts'
import type { DeviceConnection, DevicePresence } from '../../schemas/devices.ts'
import { deviceConnections, devicePresence } from '../../topics/catalogue.ts'

interface Connection {
  readonly epoch: number
  readonly open: boolean
  readonly node: string
}

/** What presence may not have folded yet is younger than this. */
const LOOK_BACK_MS = 48 * 3_600_000

/** Epochs by device. */
export async function findLeftOpen(reader: LogReader, node: string, nowMs: number): Promise<ReadonlyMap<string, number>> {
  const newest = new Map<string, Connection>()
  const take = (deviceId: string, connection: Connection): void => {
    const known = newest.get(deviceId)
    if (!known || connection.epoch > known.epoch || (connection.epoch === known.epoch && !connection.open)) newest.set(deviceId, connection)
  }
  const presence = await reader.follow<DevicePresence>([devicePresence], 'beginning', (records) => {
    for (const { value } of records) if (value) take(value.deviceId, { epoch: value.epoch, open: value.connected, node: value.node })
  })
  const connections = await reader.follow<DeviceConnection>([deviceConnections], { sinceMs: nowMs - LOOK_BACK_MS }, (records) => {
    for (const { value, offset } of records)
      if (value) take(value.deviceId, { epoch: value.opened ? offset : value.epoch, open: value.opened, node: value.node })
  })
  await Promise.all([presence.caughtUp, connections.caughtUp])
  await Promise.all([presence.stop(), connections.stop()])
  return new Map(
    [...newest].filter(([, { open, node: holder }]) => open && holder === node).map(([deviceId, { epoch }]) => [deviceId, epoch]),
  )
}
