/** Declares what a record of a topic becomes in a table: for each column, how it is written and where it comes from. */
import type { Followed } from '../../../processors/runtime/log.ts'
import type { AnyTopic, Topic } from '../../../topics/define.ts'
import type { RowBuffer } from '../rowbinary.ts'
import { type Cell, int64, text, uint16 } from './cells.ts'

/** A record that cannot be loaded; the rest goes on. */
export class RowError extends Error {}

/** A record that has a value. */
export interface Valued<T> extends Followed<T> {
  readonly value: T
}

/** A column of the table of T. */
export interface Column<T> {
  readonly write: (to: RowBuffer, record: Valued<T>) => void
  readonly of: (record: Valued<T>) => unknown
}

/** Turns records of one topic into one row each. */
export interface RowMaker {
  readonly topic: AnyTopic
  readonly table: string
  readonly columns: readonly string[]
  /** Appends the row. Throws RowError, having appended nothing, when the columns of a block differ in length. */
  append(to: RowBuffer, record: Valued<unknown>): void
  /** How many rows the table will have of the record. */
  weigh(record: Valued<unknown>): number
  /** The cells by column, as they are written. */
  cellsOf(record: Valued<unknown>): Readonly<Record<string, unknown>>
}

/** Makes a column: `from` sees the value and, where it is about the log, the record. */
export type MakeColumn<T> = <C>(cell: Cell<C>, from: (value: T, record: Valued<T>) => C) => Column<T>

interface Options<T> {
  /** Lists that must be of equal length. */
  readonly lists?: (value: T) => readonly (readonly unknown[])[]
  /** One row per element of the lists, by way of a materialized view; default: the lists stay lists, which a view explodes when it is read. */
  readonly explodes?: boolean
}

/** Where the record stands; every table ends with these. */
const positions = {
  recorded_at: [int64, (record: Valued<unknown>) => record.timestampMs],
  topic: [text, (record: Valued<unknown>) => record.topic],
  partition: [uint16, (record: Valued<unknown>) => record.partition],
  offset: [int64, (record: Valued<unknown>) => record.offset],
} as const

export function rowsOf<T>(
  topic: Topic<T>,
  table: string,
  declare: (column: MakeColumn<T>) => Readonly<Record<string, Column<T>>>,
  options: Options<T> = {},
): RowMaker {
  const make: MakeColumn<T> = (cell, from) => ({
    write: (to, record) => cell(to, from(record.value, record)),
    of: (record) => from(record.value, record),
  })
  const declared = declare(make)
  const at = (name: keyof typeof positions): Column<T> => {
    const [cell, from] = positions[name]
    return { write: (to, record) => (cell as Cell<unknown>)(to, from(record)), of: from }
  }
  const columns: Readonly<Record<string, Column<T>>> = {
    ...declared,
    recorded_at: at('recorded_at'),
    topic: at('topic'),
    partition: at('partition'),
    offset: at('offset'),
  }
  const writers = Object.values(columns).map(({ write }) => write)
  const { lists, explodes = false } = options
  return {
    topic,
    table,
    columns: Object.keys(columns),
    append(to, record) {
      if (lists) checkLengths(lists(record.value as T), record)
      for (const write of writers) write(to, record as Valued<T>)
    },
    weigh: (record) => (explodes ? (lists?.(record.value as T)[0]?.length ?? 0) : 1),
    cellsOf: (record) => Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.of(record as Valued<T>)])),
  }
}

function checkLengths(lists: readonly (readonly unknown[])[], { topic, partition, offset }: Valued<unknown>): void {
  const lengths = lists.map(({ length }) => length)
  if (lengths.some((length) => length !== lengths[0])) {
    throw new RowError(`${topic}-${partition}-${offset}: columns of ${lengths.join(', ')} values; they must be of equal length`)
  }
}
