/** The thermostat clouds that are spoken to, by vendor. */
import type { CloudAdapter } from '../cloud/adapter.ts'
import { ecobee } from './ecobee/adapter.ts'
import { resideo } from './resideo/adapter.ts'

export const thermostatAdapters: ReadonlyMap<string, CloudAdapter> = new Map([ecobee, resideo].map((adapter) => [adapter.vendor, adapter]))
