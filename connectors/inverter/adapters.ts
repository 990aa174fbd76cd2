/** The inverter clouds that are spoken to, by vendor. */
import type { CloudAdapter } from '../cloud/adapter.ts'
import { enphase } from './enphase/adapter.ts'
import { solaredge } from './solaredge/adapter.ts'

export const inverterAdapters: ReadonlyMap<string, CloudAdapter> = new Map([solaredge, enphase].map((adapter) => [adapter.vendor, adapter]))
