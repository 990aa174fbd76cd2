/** Which devices of a protocol are registered: what a connector admits. */
import type { Protocol } from '../../schemas/common.ts'
import { enrollmentState } from '../../topics/catalogue.ts'
import type { RoleParts } from './start.ts'

export interface KnownDevices {
  has(deviceId: string): boolean
  stop(): Promise<void>
}

/** Resolves once every device that is registered by now is known; those that follow become known as they come. */
export async function followKnown(protocol: Protocol, { session }: Pick<RoleParts, 'session'>): Promise<KnownDevices> {
  const known = new Set<string>()
  const following = await session.reader().follow([enrollmentState], 'beginning', (records) => {
    for (const { key, value: state } of records) {
      if (state?.attributes.protocol === protocol) known.add(key)
      else known.delete(key)
    }
  })
  await following.caughtUp
  return { has: (deviceId) => known.has(deviceId), stop: following.stop }
}
