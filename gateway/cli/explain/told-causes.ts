/** Puts the cause to records that carry no header for it, because their value or a record beside them tells it. */
import { coordinates } from '../../../processors/runtime/coordinates.ts'
import type { Command, DecisionBlock } from '../../../schemas/dispatch.ts'
import type { ReadingBlock } from '../../../schemas/telemetry.ts'
import { telemetryRaw } from '../../../topics/catalogue.ts'
import type { Placed } from '../log/placed.ts'
import type { Evidence } from './evidence.ts'

const placeOf = ({ topic, partition, offset }: Placed<unknown>): string => coordinates(topic, partition, offset)

const tells = ({ deviceIds, commandSeqs }: DecisionBlock, { deviceId, seq }: Command): boolean =>
  commandSeqs[deviceIds.indexOf(deviceId)] === seq

/** A command follows from the decision that names its seq. */
function causeOfCommand(command: Placed<Command>, decisions: readonly Placed<DecisionBlock>[]): string {
  const decision = decisions.find(({ value }) => tells(value, command.value))
  return decision ? placeOf(decision) : ''
}

/** A reading was made of the raw record that it names, on the partition of the same number. */
function causeOfReading({ partition, value: { source, rawOffset } }: Placed<ReadingBlock>): string {
  return source === 'backfill' ? '' : coordinates(telemetryRaw[source].name, partition, rawOffset)
}

/** The same evidence, with commands and readings that know their cause. */
export function withToldCauses<E extends Pick<Evidence, 'decisions' | 'commands' | 'readings'>>(found: E): E {
  const told = <T>(records: readonly Placed<T>[], causeOf: (record: Placed<T>) => string): Placed<T>[] =>
    records.map((record) => (record.causation === '' ? { ...record, causation: causeOf(record) } : record))
  return {
    ...found,
    commands: told(found.commands, (command) => causeOfCommand(command, found.decisions)),
    readings: told(found.readings, causeOfReading),
  }
}
