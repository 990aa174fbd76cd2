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

/** Throws when the header is not sound, naming the file and every column. */
export async function* readCsv(file: string, findHeaderFaults: (header: readonly string[]) => readonly string[]): AsyncGenerator<Line> {
  const parser = createReadStream(file).pipe(
    parse({
      bom: true,
      info: true,
      raw: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      max_record_size: 65_536,
    }),
  )
  let header: readonly string[] | undefined
  for await (const { info, record, raw } of parser as AsyncIterable<Parsed>) {
    if (!header) {
      header = record.map((name) => name.trim())
      const faults = findHeaderFaults(header)
      if (faults.length > 0) throw new Error(`${file}:${info.lines}: ${faults.join('; ')}`)
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
}
