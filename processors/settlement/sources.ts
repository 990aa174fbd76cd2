/** Which sources of telemetry there are, and which of them a program's `dataSource` names. */
import type { UnitIntervalBlock } from '../../schemas/settlement.ts'

type Source = UnitIntervalBlock['source']

/** Which is preferred where coverage is equal; those that are named come before all. */
export const SOURCES: readonly Source[] = ['ocpp', 'sep2', 'inverter', 'thermostat', 'import', 'loopback', 'backfill']

const OF_DEVICES: readonly Source[] = ['ocpp', 'sep2', 'inverter', 'thermostat', 'loopback']

export const DATA_SOURCES: readonly string[] = ['device', ...SOURCES]

/** `dataSource` of program terms: one of DATA_SOURCES; `device` is whichever protocol each device speaks. */
export const namedSources = (dataSource: string): readonly string[] => (dataSource === 'device' ? OF_DEVICES : [dataSource])
