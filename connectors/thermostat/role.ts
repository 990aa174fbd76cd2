/** The connector of smart thermostats, which are reached through their vendors' clouds, and heard of by webhook. */
import { dispatchCommands, telemetryRaw } from '../../topics/catalogue.ts'
import { type CloudOptions, type RunningCloud, startCloud } from '../cloud/node.ts'
import { thermostatAdapters } from './adapters.ts'
import { decodeThermostat } from './decode.ts'
import { startWebhook } from './webhook.ts'

export interface ThermostatOptions extends Omit<CloudOptions, 'topics' | 'adapters' | 'decoder'> {
  /** 0 takes any free port. */
  readonly webhookPort: number
}

export interface RunningThermostat extends RunningCloud {
  readonly webhookPort: number
}

const topics = { protocol: 'thermostat', commands: dispatchCommands.thermostat, raw: telemetryRaw.thermostat } as const

export async function startThermostat({ webhookPort, ...options }: ThermostatOptions): Promise<RunningThermostat> {
  const cloud = await startCloud({ ...options, topics, adapters: thermostatAdapters, decoder: decodeThermostat })
  const webhook = await startWebhook({ ...options, port: webhookPort, cloud })
  return {
    ...cloud,
    webhookPort: webhook.port,
    async stop() {
      await webhook.stop()
      await cloud.stop()
    },
  }
}
