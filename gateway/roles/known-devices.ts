/** Which devices of a protocol are registered, and as what: whom a connector admits, and what it compares them with. */
import type { Protocol } from '../../schemas/common.ts'
import type { DeviceAttributes, DeviceState } from '../../schemas/enrollment.ts'
import { enrollmentState } from '../../topics/catalogue.ts'
import { hashId } from '../../topics/ids.ts'
import type { RoleParts } from './start.ts'

export type Registered = Pick<DeviceState, 'attributes' | 'lastChangeOffset'>

export interface KnownDevices {
  has(deviceId: string): boolean
  registered(deviceId: string): Registered | undefined
  stop(): Promise<void>
}

/** Resolves once every device that is registered by now is known; those that follow become known as they come. */
export async function followKnown(protocol: Protocol, { session }: Pick<RoleParts, 'session'>): Promise<KnownDevices> {
  const known = new Map<string, Registered>()
  const shared = shareAlike()
  const following = await session.follower().follow([enrollmentState], 'beginning', (records) => {
    for (const { key, value: state } of records) {
      if (state?.attributes.protocol === protocol)
        known.set(key, { attributes: shared(state.attributes), lastChangeOffset: state.lastChangeOffset })
      else known.delete(key)
    }
  })
  await following.caughtUp
  return { has: (deviceId) => known.has(deviceId), registered: (deviceId) => known.get(deviceId), stop: following.stop }
}

/** A fleet has few kinds of devices: alike attributes are held once. */
function shareAlike(): (attributes: DeviceAttributes) => DeviceAttributes {
  const kinds = new Map<string, WeakRef<DeviceAttributes>>()
  return (attributes) => {
    const key = hashId(JSON.stringify(attributes))
    const alike = kinds.get(key)?.deref()
    if (alike) return alike
    kinds.set(key, new WeakRef(attributes))
    return attributes
  }
}
