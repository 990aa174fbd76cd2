/** The processors of one task, each with its stores, tables and context. */
import type { Codec } from '../../topics/codec.ts'
import type { Topic } from '../../topics/define.ts'
import { changelogTopic } from './changelog.ts'
import type { CodecSource } from './codec-source.ts'
import { createContext, type EngineContext } from './context.ts'
import type { AnyProcessor, StoreDefinition, SubTopology, TableDefinition } from './define.ts'
import type { Frame } from './frame.ts'
import { createStore, type StoreState } from './store.ts'
import { createTable, type TableState } from './table.ts'

/** A store with the topic it lives on. */
export interface HeldStore {
  readonly changelog: Topic<unknown>
  readonly codec: Codec<unknown>
  readonly state: StoreState<unknown>
}

/** A processor as one task holds it. */
export interface Unit {
  readonly processor: AnyProcessor
  readonly context: EngineContext
  readonly stores: Readonly<Record<string, HeldStore>>
  readonly tables: Readonly<Record<string, TableState<unknown>>>
}

export interface UnitParts {
  readonly subTopology: SubTopology
  readonly partition: number
  readonly devicePartitions: number
  readonly codecs: CodecSource
  readonly frame: Frame
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A, name: string) => B): Readonly<Record<string, B>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]))
}

export function createUnit(processor: AnyProcessor, parts: UnitParts): Unit {
  const { subTopology, codecs, frame } = parts
  const stores = mapValues(processor.stores as Readonly<Record<string, StoreDefinition<unknown>>>, (definition, name) => {
    const changelog = changelogTopic(subTopology, processor.name, name, definition)
    return { changelog, codec: codecs.codecOf(changelog.name, changelog.schema), state: createStore<unknown>(frame) }
  })
  const tables = mapValues(processor.tables as Readonly<Record<string, TableDefinition<unknown>>>, (definition) =>
    createTable<unknown>(definition.indexBy, definition.intern),
  )
  const context = createContext(processor, { ...parts, stores: mapValues(stores, (held) => held.state), tables })
  return { processor, context, stores, tables }
}

/** Writes one changelog record per key changed in the transaction, in the order of the first change. */
export function drainStores(units: readonly Unit[], frame: Frame, partition: number): void {
  for (const unit of units) {
    for (const name in unit.stores) {
      const { changelog, codec, state } = unit.stores[name] as HeldStore
      state.drain((key, value, timestampMs) => {
        const data = value === undefined ? null : codec.encode(value)
        frame.outputs.push({ topic: changelog.name, partition, key, value: data, timestampMs, causation: '', isHome: true })
      })
    }
  }
}
