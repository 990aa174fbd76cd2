/** Files that cannot be read at all say so, with their name. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readCsv } from '../../../gateway/cli/csv-lines.ts'
import { readJson } from '../../../gateway/cli/read-json.ts'

const folder = mkdtempSync(join(tmpdir(), 'drover-csv-'))
afterAll(() => rmSync(folder, { recursive: true }))

const needsA = (header: readonly string[]): readonly string[] => (header.includes('a') ? [] : ['a: column is missing'])
async function readAll(file: string): Promise<readonly string[]> {
  const rows: string[] = []
  for await (const { raw } of readCsv(file, needsA)) rows.push(raw)
  return rows
}
function fileOf(text: string): string {
  const file = join(folder, 'file.csv')
  writeFileSync(file, text)
  return file
}

test.each([
  ['is empty', '', /: is empty/],
  ['lacks a column', 'b,c\n1,2\n', /:1: a: column is missing/],
  ['has semicolons', 'a;b\n1;2\n', /:1: cells are separated by commas/],
  ['has a quote that does not end', 'a,b\n"1,2\n', /file.csv: .*[Qq]uote/],
])('a file that %s', async (_, text, words) => {
  const file = fileOf(text)
  await expect(readAll(file)).rejects.toThrow(words)
  await expect(readAll(file)).rejects.toThrow(file)
})

test('a file that is not there', async () => {
  const file = join(folder, 'nowhere.csv')
  await expect(readAll(file)).rejects.toThrow(`${file}: cannot be read (ENOENT)`)
  expect(() => readJson(file)).toThrow(`${file}: cannot be read (ENOENT)`)
})

test('a file that is no JSON', () => {
  const file = fileOf('not json {')
  expect(() => readJson(file)).toThrow(`${file}: is no JSON: `)
  writeFileSync(file, '[1]')
  expect(readJson(file)).toEqual([1])
})
