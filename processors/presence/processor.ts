/** Keeps device.presence: whether each device is connected, by which node, since when. */
import { devicePresence as presenceSchema } from '../../schemas/devices.ts'
import { deviceConnections, devicePresence } from '../../topics/catalogue.ts'
import { defineProcessor, store } from '../runtime/define.ts'
import { foldPresence } from './fold.ts'

export const presence = defineProcessor({
  name: 'presence',
  about: 'Folds connections into whether each device is connected.',
  inputs: { connection: deviceConnections },
  outputs: { presence: devicePresence },
  stores: { devices: store(presenceSchema) },
  on: {
    connection: (context, { value: connection, offset }) => {
      if (!connection) return
      const { devices } = context.stores
      const after = foldPresence(devices.get(connection.deviceId), connection, offset)
      if (!after) return
      devices.put(connection.deviceId, after)
      context.emit('presence', after)
    },
  },
})
