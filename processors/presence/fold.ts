/** Folds connections that open and close into whether a device is connected now. */
import type { DeviceConnection, DevicePresence } from '../../schemas/devices.ts'

/** The presence after a record at `offset`; undefined = as before. A connection's epoch is the offset of its opened record. */
export function foldPresence(before: DevicePresence | undefined, connection: DeviceConnection, offset: number): DevicePresence | undefined {
  const { deviceId, node, atMs } = connection
  if (connection.opened) return { deviceId, connected: true, epoch: offset, node, sinceMs: atMs }
  // A close that comes after the next open, as when a socket's death is noticed late, is about a connection that is history.
  if (!before?.connected || before.epoch !== connection.epoch) return undefined
  return { ...before, connected: false, sinceMs: atMs }
}
