/** The connector of solar inverters, which are reached through their vendors' clouds. */
import { dispatchCommands, telemetryRaw } from '../../topics/catalogue.ts'
import { type CloudOptions, type RunningCloud, startCloud } from '../cloud/node.ts'
import { inverterAdapters } from './adapters.ts'
import { decodeInverter } from './decode.ts'

export type InverterOptions = Omit<CloudOptions, 'topics' | 'adapters' | 'decoder'>

const topics = { protocol: 'inverter', commands: dispatchCommands.inverter, raw: telemetryRaw.inverter } as const

export const startInverter = (options: InverterOptions): Promise<RunningCloud> =>
  startCloud({ ...options, topics, adapters: inverterAdapters, decoder: decodeInverter })
