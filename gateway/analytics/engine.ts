/** What loading needs of ClickHouse, embedded or a server. */

/** Rows in RowBinary for the named columns of one table. `token`: equal tokens mean equal rows, a repeated insert may be skipped. */
export interface Insertion {
  readonly table: string
  readonly columns: readonly string[]
  readonly body: Buffer
  readonly token: string
}

export interface Engine {
  /** Runs one statement that returns nothing. Rejects with ClickHouse's own words, `Code: …`. */
  command(sql: string): Promise<void>
  /** Rows of one SELECT, as objects; 64-bit integers as numbers. */
  rows<T>(sql: string): Promise<readonly T[]>
  /** Settles when the rows are visible to queries. */
  insert(insertion: Insertion): Promise<void>
  close(): Promise<void>
}

/** `INSERT INTO drover.table (columns)`, with the token among the settings. */
export function insertHead({ table, columns, token }: Insertion, from = ''): string {
  return `INSERT INTO drover.${table} (${columns.join(', ')})${from} SETTINGS insert_deduplication_token = '${token}' FORMAT RowBinary`
}
