/** Streams a text file as batches of lines, so that a file of any size takes little memory. */
import { createReadStream } from 'node:fs'

export interface Lines {
  /** Line number of the first, from 1. */
  readonly first: number
  readonly lines: readonly string[]
  /** Bytes of the file read so far. */
  readonly bytes: number
}

const CHUNK_BYTES = 1 << 20
const MAX_LINE_CHARS = 1 << 20

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)

/** Line ends are LF or CR LF; a byte order mark is dropped. Throws when the file cannot be read or has no line ends. */
export async function* readLines(file: string): AsyncGenerator<Lines> {
  const stream = createReadStream(file, { highWaterMark: CHUNK_BYTES, encoding: 'utf8' })
  let [first, rest] = [1, '']
  for await (const chunk of stream as AsyncIterable<string>) {
    const text = first === 1 && rest === '' ? chunk.replace(/^\ufeff/, '') : chunk
    const pieces = text.split('\n')
    pieces[0] = rest + (pieces[0] ?? '')
    rest = pieces.pop() ?? ''
    if (rest.length > MAX_LINE_CHARS)
      throw new Error(`${file}:${first + pieces.length}: the line is longer than 1 MiB; is this a CSV file?`)
    if (pieces.length > 0) yield { first, lines: pieces.map(withoutReturn), bytes: stream.bytesRead }
    first += pieces.length
  }
  if (rest !== '') yield { first, lines: [withoutReturn(rest)], bytes: stream.bytesRead }
}
