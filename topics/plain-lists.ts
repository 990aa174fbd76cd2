/**
 * Reads and writes runs of whole numbers and of names in one loop each. Blocks of telemetry consist of them, and avsc asks the type of the
 * items for every single one: an import spent a third of its time there.
 */
import type avsc from 'avsc'

/** What avsc reads from and writes to; reading or writing beyond the end does no harm, and shows in `pos`. */
export interface Tap {
  readonly buf: Uint8Array
  pos: number
  readLong(): number
  readString(): string
  writeLong(value: number): void
}

/** The part of avsc's types that does the work: methods that may be replaced on a type of one's own. */
export interface Coder {
  _read(tap: Tap): unknown
  _skip(tap: Tap): void
  _write(tap: Tap, value: unknown): void
}

/** Items of a list one after the other, to the same bytes as avsc. */
export interface PlainList {
  /** Reads the items from `from` to before `until`. */
  readonly read: (tap: Tap, values: unknown[], from: number, until: number, items: Coder) => void
  readonly write: (tap: Tap, values: readonly unknown[], items: Coder) => void
}

const MORE = 128
/** Names up to here have their code in one byte. */
const SHORT_CODES = 64
const NONE = Symbol('none')

export const plainNumbers: PlainList = {
  read(tap, values, from, until, items) {
    const { buf } = tap
    let { pos } = tap
    for (let index = from; index < until; index++) {
      const first = buf[pos] as number
      const second = buf[pos + 1] as number
      if (first < MORE) {
        values[index] = (first >>> 1) ^ -(first & 1)
        pos += 1
      } else if (second < MORE) {
        values[index] = (((first & 127) | (second << 7)) >>> 1) ^ -(first & 1)
        pos += 2
      } else {
        tap.pos = pos
        values[index] = items._read(tap)
        pos = tap.pos
      }
    }
    tap.pos = pos
  },
  write(tap, values, items) {
    const { buf } = tap
    let { pos } = tap
    for (const value of values as readonly number[]) {
      if (value !== (value | 0)) {
        tap.pos = pos
        items._write(tap, value)
        pos = tap.pos
        continue
      }
      let rest = ((value << 1) ^ (value >> 31)) >>> 0
      for (; rest >= MORE; rest >>>= 7) buf[pos++] = rest | MORE
      buf[pos++] = rest
    }
    tap.pos = pos
  },
}

/** Neighbours mostly have the same name, so the last one is remembered. */
export function plainNames({ symbols }: avsc.types.EnumType): PlainList {
  const codes = new Map<unknown, number>(symbols.slice(0, SHORT_CODES).map((name, code) => [name, code]))
  return {
    read(tap, values, from, until, items) {
      for (let index = from; index < until; index++) {
        const byte = tap.buf[tap.pos] as number
        const name = byte < MORE && (byte & 1) === 0 ? symbols[byte >>> 1] : undefined
        values[index] = name ?? items._read(tap)
        if (name !== undefined) tap.pos++
      }
    },
    write(tap, values, items) {
      let [last, byte]: [unknown, number] = [NONE, 0]
      for (const value of values) {
        const code = value === last ? byte >>> 1 : codes.get(value)
        if (code === undefined) items._write(tap, value)
        else {
          last = value
          byte = code << 1
          tap.buf[tap.pos++] = byte
        }
      }
    },
  }
}
