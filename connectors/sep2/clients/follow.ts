/** Keeps the clients as the log has them: devices from enrollment.state, programs from their view. */
import type { LogReader } from '../../../processors/runtime/log.ts'
import { enrollmentState, programsView } from '../../../topics/catalogue.ts'
import { type Clients, createClients } from './clients.ts'

export interface FollowedClients extends Clients {
  stop(): Promise<void>
}

/** Resolves once every device that is registered by now is known; those that follow become known as they come. */
export async function followClients(
  reader: LogReader,
  clock: { nowMs(): number },
  onChanged: (deviceId: string) => void,
): Promise<FollowedClients> {
  const clients = createClients(clock, onChanged)
  const programs = await reader.follow([programsView], 'beginning', (records) => {
    for (const { key, value } of records) clients.takeProgram(key, value)
  })
  const devices = await reader.follow([enrollmentState], 'beginning', (records) => {
    for (const { key, value } of records) clients.takeState(key, value?.attributes.protocol === 'sep2' ? value : null)
  })
  await Promise.all([programs.caughtUp, devices.caughtUp])
  return {
    ...clients,
    async stop() {
      await Promise.all([programs.stop(), devices.stop()])
    },
  }
}
