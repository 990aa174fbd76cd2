/** VTNs of all versions stand in one file, each with its own credentials, and a file that is not sound is named with the field. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type OpenAdr3Vtn, venOptionsOf } from '../../../gateway/openadr3/ven/config.ts'
import { readVtns } from '../../../gateway/roles/vtns.ts'

const folder = mkdtempSync(join(tmpdir(), 'vtns-'))
afterAll(() => rmSync(folder, { recursive: true }))

function read(vtns: unknown) {
  const file = join(folder, 'vtns.json')
  writeFileSync(file, JSON.stringify(vtns))
  return readVtns(file)
}
const old = { vtnId: 'a', baseUrl: 'https://a.example', venName: 'herd' }
const credentials = { clientId: 'c', clientSecretFile: 'secret' }
const modern: OpenAdr3Vtn = { version: '3.1', vtnId: 'b', baseUrl: 'https://b.example/openadr3/3.1.0', venName: 'herd', credentials }

describe('vtns.json', () => {
  it('may be absent', () => {
    expect(readVtns(join(folder, 'none.json'))).toEqual([])
  })

  it('names VTNs of all versions; 2.0b is the default', () => {
    expect(read([old, modern, { ...modern, version: '3.0' }]).map(({ version }) => version)).toEqual(['2.0b', '3.1', '3.0'])
  })

  it.each([
    ['an unknown version', { ...modern, version: '4.0' }, /version/],
    ['a base that is no address', { ...modern, baseUrl: 'b.example' }, /baseUrl/],
    ['a secret in place of its file', { ...modern, credentials: { clientId: 'c', clientSecret: 's' } }, /clientSecret/],
    ['a field that nobody knows', { ...modern, pollFrequency: 3 }, /pollFrequency/],
  ])('with %s is refused', (_, vtn, words) => {
    expect(() => read([vtn])).toThrow(words)
  })

  it('has its secrets in files beside it', () => {
    writeFileSync(join(folder, 'secret'), 'hush\n')
    writeFileSync(join(folder, 'token'), 'call me\n')
    const callback = { url: 'https://us.example/hooks', port: 8099, tokenFile: 'token' }
    expect(venOptionsOf({ ...modern, callback, pollS: 30 }, folder)).toMatchObject({
      revision: '3.1',
      credentials: { clientId: 'c', clientSecret: 'hush' },
      callback: { url: callback.url, port: 8099, token: 'call me' },
      pollMs: 30_000,
    })
  })

  it('names the VTN and the file that cannot be read', () => {
    expect(() => venOptionsOf({ ...modern, credentials: { ...credentials, clientSecretFile: 'gone' } }, folder)).toThrow(/VTN b: gone/)
  })
})
