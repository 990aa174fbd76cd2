/** Streams a CSV file with a header row by row, with the line number and the raw text of each. */
import { createReadStream } from 'node:fs'
import { type Info, parse } from 'csv-parse'

/** Cells by column. */
export type Row = Readonly<Record<string, string>>

export interface Line {
  readonly number: number
  readonly raw: string
  /** What is wrong with the line itself, before its cells are read; undefined = nothing. */
  readonly fault: string | undefined
  readonly row: Row
}

interface Parsed {
  readonly info: Info
  readonly record: readonly string[]
  readonly raw: string
}

/** Throws when the file cannot be read, or its header is not sound, naming the file and every column. */
export async function* readCsv(file: string, findHeaderFaults: (header: readonly string[]) => readonly string[]): AsyncGenerator<Line> {
  const parser = parse({
    bom: true,
    info: true,
    raw: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: 65_536,
  })
  const lines = createReadStream(file)
  // A pipe passes on no errors.
  lines.on('error', (error: NodeJS.ErrnoException) => parser.destroy(new Error(`cannot be read (${error.code})`)))
  let header: readonly string[] | undefined
  for await (const { info, record, raw } of nameFile(file, lines.pipe(parser))) {
    if (!header) {
      header = record.map((name) => name.trim())
      const faults = findHeaderFaults(header)
      if (faults.length > 0) throw new Error(`${file}:${info.lines}: ${separatorHint(header)}${faults.join('; ')}`)
      continue
    }
    const known = header
    const fault = record.length === known.length ? undefined : `has ${record.length} cells where the header has ${known.length}`
    yield {
      number: info.lines,
      raw: raw.replace(/\r?\n$/, ''),
      fault,
      row: Object.fromEntries(known.map((name, index) => [name, record[index] ?? ''])),
    }
  }
  if (!header) throw new Error(`${file}: is empty; a line with the names of its columns comes first`)
}

/** The same lines; what goes wrong with them names the file. */
async function* nameFile(file: string, lines: AsyncIterable<Parsed>): AsyncGenerator<Parsed> {
  try {
    yield* lines
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const separatorHint = ([first = '', ...others]: readonly string[]): string =>
  others.length === 0 && first.includes(';') ? 'cells are separated by commas, not by semicolons; ' : ''
