/** Restores a task's stores and tables from their topics, without running a handler. */

import type { Codec } from '../../topics/codec.ts'
import { NotAvroError } from '../../topics/codec.ts'
import { coordinates } from './coordinates.ts'
import { PoisonError } from './faults.ts'
import type { Route } from './routes.ts'
import type { Unit } from './units.ts'

interface Loader {
  readonly codec: Codec<unknown>
  readonly sinks: readonly ((key: string, value: unknown) => void)[]
}

export interface Loaders {
  readonly changelogs: readonly string[]
  readonly tableTopics: readonly string[]
  /** Throws UnlearnedSchemaError before any effect, PoisonError when the record cannot be read. */
  load(topic: string, key: string, value: Buffer | null, offset: number): void
}

export function createLoaders(units: readonly Unit[], routes: ReadonlyMap<string, Route>, partition: number): Loaders {
  const loaders = new Map<string, Loader>()
  for (const { changelog, codec, state } of units.flatMap((unit) => Object.values(unit.stores)))
    loaders.set(changelog.name, { codec, sinks: [state.load] })
  const changelogs = [...loaders.keys()]
  for (const { topic, codec, tables } of routes.values())
    if (tables.length > 0) loaders.set(topic.name, { codec, sinks: tables.map((table) => table.take) })
  const tableTopics = [...loaders.keys()].slice(changelogs.length)

  function load(topic: string, key: string, value: Buffer | null, offset: number): void {
    const loader = loaders.get(topic)
    if (!loader) throw new Error(`${topic} is neither a changelog nor a table of this task`)
    const read = value === null ? null : decode(loader.codec, value, topic, offset)
    for (const sink of loader.sinks) sink(key, read)
  }

  function decode(codec: Codec<unknown>, value: Buffer, topic: string, offset: number): unknown {
    try {
      return codec.decode(value)
    } catch (error) {
      if (error instanceof NotAvroError) throw new PoisonError(coordinates(topic, partition, offset), error.message)
      throw error
    }
  }

  return { changelogs, tableTopics, load }
}
