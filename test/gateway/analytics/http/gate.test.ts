/** Statements that may pass are told from those that may not. */
import { describe, expect, test } from 'vitest'
import { forbiddenCalls, judge } from '../../../../gateway/analytics/http/gate.ts'

const forbidden = forbiddenCalls(['file', 'url', 'format', 'numbers', 'eval', 'values'])
const kindOf = (canonical: string) => judge(canonical, forbidden).kind

describe('reading', () => {
  test.each([
    'SELECT 1 AS file',
    "SELECT 'file(x) INTO OUTFILE' AS x",
    "SELECT 'it''s', 'a \\' file(' AS x",
    'SELECT * FROM numbers(3)',
    'WITH a AS (SELECT 1) SELECT * FROM a',
    '(SELECT 1) UNION ALL (SELECT 2)',
    'SELECT 1 FORMAT JSON',
    'SHOW TABLES FROM drover',
    'DESCRIBE TABLE drover.intervals',
    'EXPLAIN SELECT 1',
  ])('%s', (canonical) => expect(kindOf(canonical)).toBe('read'))
})

describe('refused', () => {
  test.each([
    "SELECT file('/etc/passwd')",
    "SELECT `file`('/etc/passwd')",
    "SELECT FILE('/etc/passwd')",
    "SELECT * APPLY(file) FROM (SELECT '/etc/passwd')",
    "SELECT 1 WHERE (SELECT file('/x')) != ''",
    "SELECT * FROM url('http://127.0.0.1')",
    "SELECT * FROM format(JSONEachRow, 'x String DEFAULT 1', '{}')",
    "SELECT * FROM eval('SELECT 1')",
    "SELECT catboostEvaluate('/x', 1)",
    "SELECT 1 INTO OUTFILE '/tmp/x' FORMAT CSV",
    'SET readonly = 0',
    'KILL QUERY WHERE 1',
    'DROP TABLE drover.interval_rows',
    'CREATE TEMPORARY TABLE x (`a` Int8)',
    'SYSTEM SHUTDOWN',
    'USE system',
  ])('%s', (canonical) => expect(kindOf(canonical)).toBe('refused'))
})

test('an INSERT is taken apart, so that its rows can come from the body', () => {
  expect(judge("INSERT INTO drover.t (a, b) SETTINGS insert_deduplication_token = 'x' FORMAT JSONEachRow", forbidden)).toEqual({
    kind: 'insert',
    head: 'INSERT INTO drover.t (a, b)',
    settings: " SETTINGS insert_deduplication_token = 'x'",
    format: 'JSONEachRow',
  })
})

test.each(['INSERT INTO drover.t (a) FORMAT Values', "INSERT INTO FUNCTION file('x') FORMAT CSV", 'INSERT INTO drover.t SELECT 1'])(
  'an INSERT of another kind is refused: %s',
  (canonical) => expect(kindOf(canonical)).toBe('refused'),
)
