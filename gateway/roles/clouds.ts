/** What the roles of vendor clouds are given alike. */
import { createCloudInstruments } from '../../connectors/cloud/instruments.ts'
import type { CloudOptions } from '../../connectors/cloud/node.ts'
import type { RoleParts } from './start.ts'

/** Without an entry in the folder of credentials a role reads that folder from time to time, and does nothing else. */
export async function cloudOptions(
  protocol: 'inverter' | 'thermostat',
  { environment, session, log, registry }: RoleParts,
): Promise<Omit<CloudOptions, 'topics' | 'adapters' | 'decoder'>> {
  const { stack, clock, node } = environment
  return {
    writer: await session.writer(),
    reader: session.follower(),
    sharer: session.sharer(),
    clock,
    node,
    log: (line) => log.info({ role: protocol }, line),
    credentialsDir: stack.credentialsDir,
    devicePartitions: stack.devicePartitions,
    instruments: createCloudInstruments(registry, protocol),
  }
}
