/** The role that reaches smart thermostats through their vendors' clouds, and hears what those tell. */
import { startThermostat } from '../../connectors/thermostat/role.ts'
import { cloudOptions } from './clouds.ts'
import { never, type RoleParts, type RunningRole } from './start.ts'

export async function startThermostatRole(parts: RoleParts): Promise<RunningRole> {
  const { thermostatWebhookPort } = parts.environment.stack
  const thermostat = await startThermostat({ ...(await cloudOptions('thermostat', parts)), webhookPort: thermostatWebhookPort })
  return { stop: thermostat.stop, failed: never }
}
