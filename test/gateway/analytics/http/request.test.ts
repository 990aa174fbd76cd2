/** Requests are read as ClickHouse's interface means them, and errors told in its words. */
import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { toFault } from '../../../../gateway/analytics/http/fault.ts'
import { readRequest } from '../../../../gateway/analytics/http/request.ts'

const read = (url: string, headers: Record<string, string> = {}) => readRequest({ url, headers } as unknown as IncomingMessage)

test('what is a setting of the engine is told from what belongs to the interface', () => {
  const address = '/?query=SELECT%201&query_id=q&database=x&wait_end_of_query=1&max_threads=2&param_a=%5CN&default_format=CSV'
  expect(read(address)).toMatchObject({
    ...{ query: 'SELECT 1', queryId: 'q', settings: { max_threads: '2' }, params: { a: '\\N' }, format: 'CSV' },
    wantsCompression: false,
  })
})

test('a name that is no word is refused, since it becomes part of a statement', () => {
  expect(() => read('/?a%3B%20DROP=1')).toThrow(
    'Code: 36. DB::Exception: parameter "a; DROP" is neither a setting nor param_name. (BAD_ARGUMENTS)',
  )
  expect(() => read('/?param_a%20b=1')).toThrow('param_a b')
})

test('name and password come by headers, by Basic, or in the address', () => {
  const basic = `Basic ${Buffer.from('ann:pass:word').toString('base64')}`
  expect(read('/', { authorization: basic })).toMatchObject({ name: 'ann', password: 'pass:word' })
  expect(read('/?user=eve&password=no', { 'x-clickhouse-user': 'bob', 'x-clickhouse-key': 'key' })).toMatchObject({
    name: 'bob',
    password: 'key',
  })
  expect(read('/?user=eve&password=no')).toMatchObject({ name: 'eve', password: 'no' })
  expect(read('/', { authorization: 'Basic !!' })).toMatchObject({ name: '', password: '' })
})

test('errors keep the engine’s code; what has none is told to be unexpected', () => {
  expect(toFault(new Error('x Code: 60. DB::Exception: Unknown table. (UNKNOWN_TABLE)'))).toEqual({
    ...{ status: 404, code: 60, text: 'Code: 60. DB::Exception: Unknown table. (UNKNOWN_TABLE)' },
  })
  expect(toFault(new Error('disk is gone'))).toMatchObject({ status: 500, code: 1002 })
})
