/** Splits a line of CSV into its cells. */
import { parse } from 'csv-parse/sync'

/** RFC 4180 quoting and anything that fails in it. */
function splitQuoted(line: string): readonly string[] | { readonly fault: string } {
  try {
    const [cells] = parse(line, { relax_column_count: true }) as string[][]
    return cells ?? []
  } catch (error) {
    return { fault: `the quotes do not match: ${error instanceof Error ? error.message : String(error)}` }
  }
}

/**
 * Lines without quotes, which is what meter files have, are split at their commas: 96 numbers take csv-parse, which looks at each
 * character, more than ten times as long. A quoted cell must end on the line that it begins on.
 */
export function splitCells(line: string): readonly string[] | { readonly fault: string } {
  return line.includes('"') ? splitQuoted(line) : line.split(',')
}
