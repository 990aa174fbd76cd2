/** How the cells of a column are written; each name says the ClickHouse type. */
import type { RowBuffer } from '../rowbinary.ts'

export type Cell<C> = (to: RowBuffer, cell: C) => void

/** String and LowCardinality(String). */
export const text: Cell<string> = (to, cell) => to.text(cell)
/** Int64, and DateTime64(3) from epoch ms. */
export const int64: Cell<number> = (to, cell) => to.int64(cell)
/** Int32 and UInt32. */
export const int32: Cell<number> = (to, cell) => to.int32(cell | 0)
export const uint16: Cell<number> = (to, cell) => to.uint16(cell)
/** Bool. */
export const flag: Cell<boolean> = (to, cell) => to.byte(cell ? 1 : 0)

/** Nullable(…). */
export const nullable =
  <C>(inner: Cell<C>): Cell<C | null> =>
  (to, cell) => {
    to.byte(cell === null ? 1 : 0)
    if (cell !== null) inner(to, cell)
  }

/** Array(Int64): long lists, so without a cell for each. */
export const int64s: Cell<readonly number[]> = (to, cells) => to.int64s(cells)
/** Array(UInt16). */
export const uint16s: Cell<readonly number[]> = (to, cells) => to.uint16s(cells)
/** Array(Enum8) whose values are the places of the names. Throws where a name is none of them. */
export function enumerateds(names: readonly string[]): Cell<readonly string[]> {
  const codes = new Map(names.map((name, code) => [name, code]))
  const codeOf = (name: string): number => {
    const code = codes.get(name)
    if (code === undefined) throw new Error(`${name} is none of ${names.join(', ')}`)
    return code
  }
  return (to, cells) => to.codes(cells, codeOf)
}

/** Array(…). */
export const list =
  <C>(inner: Cell<C>): Cell<readonly C[]> =>
  (to, cells) => {
    to.count(cells.length)
    for (const cell of cells) inner(to, cell)
  }
