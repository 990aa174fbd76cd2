/** Rows gathered by table, and how far into the log they reach. */
import { hashId } from '../../topics/ids.ts'
import type { Insertion } from './engine.ts'
import { createRowBuffer, type RowBuffer } from './rowbinary.ts'
import type { RowMaker, Valued } from './rows/declare.ts'

export interface Batch {
  /** Rows that the tables will have of it. */
  readonly rows: number
  readonly records: number
  /** What is to be inserted. */
  readonly bytes: number
  /** Next offset to read, by topic and partition, once the batch is loaded. */
  readonly positions: readonly Position[]
  append(maker: RowMaker, record: Valued<unknown>): void
  /** Notes that a partition was read up to and with `offset`. */
  note(topic: string, partition: number, offset: number): void
  /** Once, when nothing is appended any more. */
  insertions(): readonly Insertion[]
}

export interface Position {
  readonly topic: string
  readonly partition: number
  readonly nextOffset: number
}

interface Filling {
  readonly maker: RowMaker
  readonly buffer: RowBuffer
  /** First and last record by topic-partition, with their times: what the insertion's token stands for. */
  readonly spans: Map<string, { readonly first: string; last: string }>
}

export function createBatch(): Batch {
  const fillings = new Map<string, Filling>()
  const positions = new Map<string, Position>()
  let rows = 0
  let records = 0

  return {
    get rows() {
      return rows
    },
    get records() {
      return records
    },
    get bytes() {
      return [...fillings.values()].reduce((sum, { buffer }) => sum + buffer.length, 0)
    },
    get positions() {
      return [...positions.values()]
    },
    append(maker, record) {
      const filling = fillings.get(maker.table) ?? { maker, buffer: createRowBuffer(), spans: new Map() }
      maker.append(filling.buffer, record)
      fillings.set(maker.table, filling)
      const at = `${record.offset}@${record.timestampMs}`
      const span = filling.spans.get(`${record.topic}-${record.partition}`)
      if (span) span.last = at
      else filling.spans.set(`${record.topic}-${record.partition}`, { first: at, last: at })
      rows += maker.weigh(record)
    },
    note(topic, partition, offset) {
      records++
      positions.set(`${topic}-${partition}`, { topic, partition, nextOffset: offset + 1 })
    },
    insertions() {
      return [...fillings].map(([table, { maker, buffer, spans }]) => {
        const extent = [...spans].sort(([a], [b]) => (a < b ? -1 : 1)).map(([at, { first, last }]) => `${at}:${first}:${last}`)
        return { table, columns: maker.columns, body: buffer.take(), token: hashId(table, ...maker.columns, ...extent) }
      })
    },
  }
}
