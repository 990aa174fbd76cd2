/** Records about the connection of devices. */
import { boolean, type Infer, long, of, record, string } from './avro.ts'
import { protocol } from './common.ts'

export const deviceConnection = record(
  'DeviceConnection',
  'A connection was opened or closed. The epoch of a connection is the offset of its opened record.',
  {
    deviceId: string('Device.'),
    protocol: of(protocol, 'Protocol.'),
    node: string('Connector node that holds it.'),
    opened: boolean('True: opened; false: closed.'),
    epoch: long("With closed: the connection that ended; with opened: -1, since it is this record's offset."),
    atMs: long('Epoch ms UTC.'),
    reason: string('Why it closed.'),
  },
)
export type DeviceConnection = Infer<typeof deviceConnection>

export const devicePresence = record('DevicePresence', 'Whether a device is connected now.', {
  deviceId: string('Device.'),
  connected: boolean('True: a connection is open.'),
  epoch: long('Its epoch, or that of the last one.'),
  node: string('Node that holds or held it.'),
  sinceMs: long('Since when, epoch ms UTC.'),
})
export type DevicePresence = Infer<typeof devicePresence>
