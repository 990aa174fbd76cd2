/** Decides what a statement is, from the words of it that the engine's own parser has put in order. */

export type Verdict =
  | { readonly kind: 'read' }
  /** `head` and `settings` of an INSERT whose rows are in the body of the request, and their format. */
  | { readonly kind: 'insert'; readonly head: string; readonly settings: string; readonly format: string }
  | { readonly kind: 'refused'; readonly reason: string }

const READING = new Set(['SELECT', 'WITH', 'SHOW', 'DESCRIBE', 'EXISTS', 'EXPLAIN'])

/**
 * Functions that reach outside of the database and that no grant holds back: the engine runs as clickhouse-local does, where
 * file(path) and catboostEvaluate(path, …) read any file.
 */
const REACHING_OUT = ['file', 'catboostevaluate']

/** Table functions that make rows of their arguments alone. Others read elsewhere, or take SQL as text, where it would not be seen. */
const HARMLESS = new Set([
  'numbers',
  'numbers_mt',
  'zeros',
  'zeros_mt',
  'generate_series',
  'generateseries',
  'view',
  'merge',
  'values',
  'null',
])

/** Calls that are refused, in lower case. `tableFunctions`: all that the engine has. */
export function forbiddenCalls(tableFunctions: readonly string[]): ReadonlySet<string> {
  return new Set([...REACHING_OUT, ...tableFunctions.map((name) => name.toLowerCase()).filter((name) => !HARMLESS.has(name))])
}

const TEXT = String.raw`'(?:[^'\\]|\\.|'')*'`
const TOKENS = new RegExp(`${TEXT}|\`(?:[^\`\\\\]|\\\\.)*\`|[A-Za-z_][A-Za-z0-9_]*|\\S`, 'gs')
const INSERT = /^(INSERT INTO [\w.`]+(?: \([^()']*\))?)((?: SETTINGS .*)?) FORMAT (\w+)$/s

/**
 * `canonical`: one statement as formatQuerySingleLine gives it. `forbidden`: of forbiddenCalls. What may not be read or written at all
 * the engine refuses later.
 */
export function judge(canonical: string, forbidden: ReadonlySet<string>): Verdict {
  const tokens = [...canonical.matchAll(TOKENS)].map(([token]) => token)
  const first = /^\(*([A-Z]+)/.exec(canonical)?.[1] ?? ''
  if (first === 'INSERT') return judgeInsert(canonical)
  if (!READING.has(first)) return { kind: 'refused', reason: `${first || 'this'} is not allowed here; ${[...READING].join(', ')} are` }
  const called = tokens.find((token, index) => isNamed(token, tokens, index) && forbidden.has(token.replaceAll('`', '').toLowerCase()))
  if (called !== undefined) return { kind: 'refused', reason: `${called}(…) may reach outside of the database` }
  if (tokens.includes('OUTFILE')) return { kind: 'refused', reason: 'INTO OUTFILE would write a file here; take the answer instead' }
  return { kind: 'read' }
}

/** Whether a word stands where a function's name does: before its arguments, or as what APPLY applies. */
function isNamed(token: string, tokens: readonly string[], index: number): boolean {
  const isApplied = tokens[index - 1] === '(' && tokens[index - 2] === 'APPLY'
  return !token.startsWith("'") && (tokens[index + 1] === '(' || isApplied)
}

function judgeInsert(canonical: string): Verdict {
  const [, head, settings, format] = INSERT.exec(canonical) ?? []
  if (head === undefined || format === undefined || format === 'Values') {
    return { kind: 'refused', reason: 'send INSERT INTO table (columns) FORMAT name as `query`, and the rows as the body' }
  }
  return { kind: 'insert', head, settings: settings ?? '', format }
}
