/** The official client works over a socket, and nobody gets further than they may. */
import { existsSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ClickHouseClient, createClient } from '@clickhouse/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRowBuffer } from '../../../../gateway/analytics/rowbinary.ts'
import { openServerEngine } from '../../../../gateway/analytics/server-engine.ts'
import { telemetryIntervals } from '../../../../topics/catalogue.ts'
import { intervalBlock } from '../blocks.ts'
import { createMemoryReader } from '../memory-reader.ts'
import { type OpenAnalytics, openAnalytics } from '../open-analytics.ts'

let analytics: OpenAnalytics
let analyst: ClickHouseClient

beforeAll(async () => {
  const reader = createMemoryReader()
  reader.append(telemetryIntervals, [intervalBlock([1, 2, 3])])
  analytics = await openAnalytics(reader)
  await analytics.loader.caughtUp
  analyst = analytics.clientOf('analyst')
})
afterAll(() => analytics.close())

const ask = async (query: string): Promise<unknown> => (await analyst.query({ query, format: 'JSONEachRow' })).json()

test('answers the official client: ping, rows, parameters, settings of one query only', async () => {
  expect(await analyst.ping()).toEqual({ success: true })
  expect(await analyst.ping({ select: true })).toEqual({ success: true })
  expect(await ask('SELECT sum(wh) AS wh FROM intervals')).toEqual([{ wh: 6 }])
  const given = { list: ["it's", 'a\\b', '[x]'], text: "tab\t'quoted'\\n", count: 7, none: null }
  const result = await analyst.query({
    query: 'SELECT {list:Array(String)} AS list, {text:String} AS text, {count:UInt8} AS count, {none:Nullable(String)} AS none',
    query_params: given,
    format: 'JSONEachRow',
  })
  expect(await result.json()).toEqual([given])
  const threads = "SELECT getSetting('max_threads') AS threads"
  const set = await analyst.query({ query: threads, format: 'JSONEachRow', clickhouse_settings: { max_threads: 17 } })
  expect(await set.json()).toEqual([{ threads: 17 }])
  expect(await ask(threads)).not.toEqual([{ threads: 17 }])
})

test('compresses both ways, in the format asked for', async () => {
  const { name, password } = analytics.userOf('loader')
  const client = createClient({ url: analytics.url, username: name, password, compression: { request: true, response: true } })
  await client.insert({
    table: 'drover.loader_positions',
    columns: ['topic', 'partition', 'next_offset', 'loaded_at'],
    values: [{ topic: 'it’s', partition: 1, next_offset: 5, loaded_at: 5 }],
    format: 'JSONEachRow',
  })
  const result = await client.query({ query: "SELECT next_offset FROM loader_positions WHERE topic = 'it’s'", format: 'CSV' })
  expect((await result.text()).trim()).toBe('5')
  await client.close()
})

test('the engine of a ClickHouse server fills tables through it, in RowBinary', async () => {
  const { name, password } = analytics.userOf('loader')
  const engine = openServerEngine(analytics.url.replace('//', `//${name}:${password}@`))
  const buffer = createRowBuffer()
  for (const nextOffset of [128, 65_535]) {
    buffer.text('binary')
    buffer.uint16(255)
    buffer.int64(nextOffset)
    buffer.int64(-1)
  }
  const columns = ['topic', 'partition', 'next_offset', 'loaded_at']
  await engine.insert({ table: 'loader_positions', columns, body: buffer.take(), token: 'token' })
  expect(
    await engine.rows("SELECT partition, max(next_offset) AS next FROM drover.loader_positions WHERE topic = 'binary' GROUP BY partition"),
  ).toEqual([{ partition: 255, next: 65_535 }])
  await engine.close()
})

test.each([
  ["INSERT INTO drover.loader_positions VALUES ('x', 1, 1, now())", 'ACCESS_DENIED'],
  ['DROP TABLE drover.interval_rows', 'ACCESS_DENIED'],
  ["SELECT file('/etc/hostname')", 'ACCESS_DENIED'],
  ["SELECT * FROM file('/etc/hostname', 'LineAsString')", 'ACCESS_DENIED'],
  ["SELECT * FROM url('http://127.0.0.1:1/')", 'ACCESS_DENIED'],
  ["SELECT * FROM remote('127.0.0.1', system.one)", 'ACCESS_DENIED'],
  ["SELECT * FROM format(JSONEachRow, concat('x String DEFAULT fi', 'le(\\'/etc/hostname\\')'), '{}')", 'ACCESS_DENIED'],
  ["SELECT 1 SETTINGS additional_result_filter = 'file(\\'/etc/hostname\\') != \\'\\''", 'SETTING_CONSTRAINT_VIOLATION'],
  ["SELECT * FROM eval('SELECT 1') SETTINGS allow_experimental_eval_table_function = 1", 'ACCESS_DENIED'],
  ['SELECT 1 SETTINGS readonly = 0', 'READONLY'],
  ['SELECT 1 SETTINGS max_execution_time = 0', 'SETTING_CONSTRAINT_VIOLATION'],
  ['SELECT 1; DROP TABLE drover.interval_rows', 'SYNTAX_ERROR'],
  ['SELECT nothing FROM nowhere', 'UNKNOWN_TABLE'],
])('an analyst gets no further with %s', async (query, type) => {
  await expect(analyst.exec({ query })).rejects.toMatchObject({ type })
  expect(await ask('SELECT count() AS n FROM intervals')).toEqual([{ n: 3 }])
})

test('an analyst cannot write a file by INTO OUTFILE, nor change the language by a setting', async () => {
  const file = join(tmpdir(), `drover-outfile-${process.pid}`)
  await expect(analyst.exec({ query: `SELECT 1 INTO OUTFILE '${file}'` })).rejects.toMatchObject({ type: 'ACCESS_DENIED' })
  expect(existsSync(file)).toBe(false)
  rmSync(file, { force: true })
  const dialect = analyst.exec({ query: 'SELECT 1', clickhouse_settings: { dialect: 'kusto' } as never })
  await expect(dialect).rejects.toMatchObject({ type: 'SETTING_CONSTRAINT_VIOLATION' })
})

test('an analyst cannot insert by the client; the loader cannot create or drop', async () => {
  const row = { table: 'drover.loader_positions', values: [['x', 1, 1, 1]], format: 'JSONCompactEachRow' } as const
  await expect(analyst.insert({ ...row, values: [...row.values] })).rejects.toMatchObject({ type: 'ACCESS_DENIED' })
  const loader = analytics.clientOf('loader')
  await expect(loader.command({ query: 'DROP TABLE drover.interval_rows' })).rejects.toMatchObject({ type: 'ACCESS_DENIED' })
  await expect(loader.command({ query: 'CREATE TABLE drover.t (a Int8) ENGINE = Memory' })).rejects.toMatchObject({ type: 'ACCESS_DENIED' })
})

test('nobody gets in without a password, and a wrong one is told like a wrong name', async () => {
  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${analytics.url}${path}`, { headers })
  const query = '/?query=SELECT%201'
  const without = await get(query)
  const wrong = await get(query, { 'X-ClickHouse-User': 'analyst', 'X-ClickHouse-Key': 'wrong' })
  expect([without.status, wrong.status]).toEqual([401, 401])
  expect(wrong.headers.get('x-clickhouse-exception-code')).toBe('516')
  expect(await wrong.text()).toBe(await without.text())
  const { name, password } = analytics.userOf('analyst')
  const basic = await get(query, { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` })
  expect(await basic.text()).toBe('1\n')
  expect(await (await get('/ping')).text()).toBe('Ok.\n')
})

test('results and bodies are bounded', async () => {
  const big = "SELECT materialize(repeat('x', 1000)) AS x FROM numbers(1000000)"
  await expect(analyst.exec({ query: big })).rejects.toMatchObject({ type: 'TOO_MANY_ROWS_OR_BYTES' })
  const { name, password } = analytics.userOf('analyst')
  const response = await fetch(analytics.url, {
    method: 'POST',
    headers: { 'X-ClickHouse-User': name, 'X-ClickHouse-Key': password },
    body: `SELECT '${'x'.repeat(5 << 20)}'`,
  })
  expect(response.status).toBe(413)
})
