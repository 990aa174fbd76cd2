/** Decides what a statement is, from the words of it that the engine's own parser has put in order. */

export type Verdict =
  | { readonly kind: 'read' }
  /** `head` and `settings` of an INSERT whose rows are in the body of the request, and their format. */
  | { readonly kind: 'insert'; readonly head: string; readonly settings: string; readonly format: string }
  | { readonly kind: 'refused'; readonly reason: string }

const READING = new Set(['SELECT', 'WITH', 'SHOW', 'DESCRIBE', 'EXISTS', 'EXPLAIN'])

/**
 * Functions that reach outside of the database and that no grant holds back: the engine runs as clickhouse-local does, where
 * file(path) and catboostEvaluate(path, …) read any file, and executable(…) starts scripts.
 */
const FORBIDDEN = new Set(['file', 'catboostevaluate', 'executable'])

const TEXT = String.raw`'(?:[^'\\]|\\.|'')*'`
const TOKENS = new RegExp(`${TEXT}|\`(?:[^\`\\\\]|\\\\.)*\`|[A-Za-z_][A-Za-z0-9_]*`, 'gs')
const INSERT = /^(INSERT INTO [\w.`]+(?: \([^()']*\))?)((?: SETTINGS .*)?) FORMAT (\w+)$/s

/** `canonical`: one statement as formatQuerySingleLine gives it. What may not be read or written at all the engine refuses later. */
export function judge(canonical: string): Verdict {
  const words = [...canonical.matchAll(TOKENS)].map(([token]) => token).filter((token) => !token.startsWith("'"))
  const first = /^\(*([A-Z]+)/.exec(canonical)?.[1] ?? ''
  if (first === 'INSERT') return judgeInsert(canonical)
  if (!READING.has(first)) return { kind: 'refused', reason: `${first || 'this'} is not allowed here; ${[...READING].join(', ')} are` }
  const forbidden = words.find((word) => FORBIDDEN.has(word.replaceAll('`', '').toLowerCase()))
  if (forbidden !== undefined) return { kind: 'refused', reason: `${forbidden} reaches outside of the database` }
  if (words.includes('OUTFILE')) return { kind: 'refused', reason: 'INTO OUTFILE would write a file here; take the answer instead' }
  return { kind: 'read' }
}

function judgeInsert(canonical: string): Verdict {
  const [, head, settings, format] = INSERT.exec(canonical) ?? []
  if (head === undefined || format === undefined || format === 'Values') {
    return { kind: 'refused', reason: 'send INSERT INTO table (columns) FORMAT name as `query`, and the rows as the body' }
  }
  return { kind: 'insert', head, settings: settings ?? '', format }
}
