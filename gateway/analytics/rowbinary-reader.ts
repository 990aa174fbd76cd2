/** Reads rows in ClickHouse's RowBinary format, lists of numbers as typed arrays. */

export interface RowReader {
  isAtEnd(): boolean
  uint8(): number
  float64(): number
  text(): string
  float64s(): Float64Array
  uint8s(): Uint8Array
  uint16s(): Uint16Array
}

/** Throws RangeError when the data ends within a row. */
export function createRowReader(data: Buffer): RowReader {
  let at = 0

  function take(bytes: number): number {
    if (at + bytes > data.length) throw new RangeError(`RowBinary ends at byte ${data.length}, ${at + bytes - data.length} bytes early`)
    const start = at
    at += bytes
    return start
  }

  function count(): number {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = data[take(1)] ?? 0
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }

  /** A copy, since numbers must lie at multiples of their size. */
  function numbers(size: number): { readonly memory: ArrayBuffer } {
    const bytes = count() * size
    const start = take(bytes)
    const memory = new ArrayBuffer(bytes)
    new Uint8Array(memory).set(data.subarray(start, start + bytes))
    return { memory }
  }

  return {
    isAtEnd: () => at === data.length,
    uint8: () => data[take(1)] ?? 0,
    float64: () => data.readDoubleLE(take(8)),
    text() {
      const bytes = count()
      const start = take(bytes)
      return data.toString('utf8', start, start + bytes)
    },
    float64s: () => new Float64Array(numbers(8).memory),
    uint8s: () => new Uint8Array(numbers(1).memory),
    uint16s: () => new Uint16Array(numbers(2).memory),
  }
}
