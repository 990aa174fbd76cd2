/** The role that reaches solar inverters through their vendors' clouds. */
import { startInverter } from '../../connectors/inverter/role.ts'
import { cloudOptions } from './clouds.ts'
import { never, type RoleParts, type RunningRole } from './start.ts'

export async function startInverterRole(parts: RoleParts): Promise<RunningRole> {
  const inverter = await startInverter(await cloudOptions('inverter', parts))
  return { stop: inverter.stop, failed: never }
}
