/** Writes rows in ClickHouse's RowBinary format (little-endian, columns in order, no header). */

/** A growing run of bytes. */
export interface RowBuffer {
  readonly length: number
  byte(value: number): void
  uint16(value: number): void
  int32(value: number): void
  /** 64 bits, for safe integers. */
  int64(value: number): void
  /** A list of them, with its length. */
  int64s(values: readonly number[]): void
  uint16s(values: readonly number[]): void
  /** A list of single bytes, each by its code, with its length. */
  codes<C>(values: readonly C[], codeOf: (value: C) => number): void
  /** Length as LEB128, as before texts and lists. */
  count(value: number): void
  text(value: string): void
  /** The bytes so far; the buffer is empty again, its memory the caller's. */
  take(): Buffer
}

const FIRST_BYTES = 1 << 20
/** Texts below this length have it in one byte. */
const SHORT = 64
const NONE = Symbol('none')

export function createRowBuffer(): RowBuffer {
  let data = Buffer.allocUnsafeSlow(0)
  let view = new DataView(data.buffer)
  let end = 0

  /** Where so many bytes go. The memory may be another afterwards: call it before naming `data`. */
  function reserve(bytes: number): number {
    if (end + bytes > data.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, data.length * 2, end + bytes))
      data.copy(larger, 0, 0, end)
      data = larger
      view = new DataView(data.buffer)
    }
    const at = end
    end += bytes
    return at
  }

  function byte(value: number): void {
    const at = reserve(1)
    data[at] = value
  }

  function count(value: number): void {
    let rest = value
    while (rest > 127) {
      byte((rest & 127) | 128)
      rest >>>= 7
    }
    byte(rest)
  }

  /** Most texts are names: letter by letter is several times as fast as by way of the encoder. False, having written nothing: not ASCII. */
  function shortAscii(value: string): boolean {
    const { length } = value
    const at = reserve(length + 1)
    data[at] = length
    for (let index = 0; index < length; index++) {
      const code = value.charCodeAt(index)
      if (code > 127) {
        end = at
        return false
      }
      data[at + 1 + index] = code
    }
    return true
  }

  return {
    get length() {
      return end
    },
    byte,
    uint16(value) {
      const at = reserve(2)
      data.writeUInt16LE(value, at)
    },
    int32(value) {
      const at = reserve(4)
      data.writeInt32LE(value, at)
    },
    int64(value) {
      const at = reserve(8)
      const high = Math.floor(value / 0x1_0000_0000)
      data.writeUInt32LE(value - high * 0x1_0000_0000, at)
      data.writeInt32LE(high, at + 4)
    },
    int64s(values) {
      count(values.length)
      let at = reserve(8 * values.length)
      for (const value of values) {
        const low = value | 0
        view.setInt32(at, low, true)
        // 32 bits hold nearly all of them.
        view.setInt32(at + 4, low === value ? low >> 31 : Math.floor(value / 0x1_0000_0000), true)
        at += 8
      }
    },
    uint16s(values) {
      count(values.length)
      let at = reserve(2 * values.length)
      for (const value of values) {
        data[at] = value
        data[at + 1] = value >> 8
        at += 2
      }
    },
    codes(values, codeOf) {
      count(values.length)
      let at = reserve(values.length)
      let [last, code]: [unknown, number] = [NONE, 0]
      // Neighbours mostly have the same one.
      for (const value of values) {
        if (value !== last) code = codeOf(value)
        last = value
        data[at++] = code
      }
    },
    count,
    text(value) {
      if (value.length < SHORT && shortAscii(value)) return
      const bytes = Buffer.byteLength(value)
      count(bytes)
      const at = reserve(bytes)
      data.write(value, at)
    },
    take() {
      const taken = data.subarray(0, end)
      data = Buffer.allocUnsafeSlow(0)
      end = 0
      return taken
    },
  }
}
