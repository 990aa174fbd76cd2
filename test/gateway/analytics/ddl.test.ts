/** Tables and views come into being once, however often they are asked for. */
import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { applyDdl, ddlStatements } from '../../../gateway/analytics/ddl.ts'
import { openEmbeddedEngine } from '../../../gateway/analytics/embedded/engine.ts'
import { freshFolder } from './open-analytics.ts'

test('applied again it changes nothing, and rows stay', async () => {
  const folder = freshFolder()
  const engine = openEmbeddedEngine(folder)
  const tables = () => engine.rows("SELECT name, create_table_query FROM system.tables WHERE database = 'drover' ORDER BY name")
  await applyDdl(engine)
  const before = await tables()
  await engine.command("INSERT INTO drover.loader_positions VALUES ('a', 0, 1, 0)")
  await applyDdl(engine)
  expect(await tables()).toEqual(before)
  expect(await engine.rows('SELECT next_offset FROM drover.loader_positions')).toEqual([{ next_offset: 1 }])
  await engine.close()
  rmSync(folder, { recursive: true })
})

test('a table of an earlier version gets the columns that it lacks', async () => {
  const folder = freshFolder()
  const engine = openEmbeddedEngine(folder)
  await engine.command('CREATE DATABASE drover')
  const statement = ddlStatements().find(({ sql }) => sql.includes('drover.decision_rows'))?.sql ?? ''
  await engine.command(statement.replace(/^ {2}fault .*\n/m, ''))
  await engine.command("INSERT INTO drover.decision_rows (event_id, device_id) VALUES ('event-1', 'device-1')")
  await expect(engine.rows('SELECT fault FROM drover.decision_rows')).rejects.toThrow('fault')
  await applyDdl(engine)
  expect(await engine.rows('SELECT device_id, fault FROM drover.decisions')).toEqual([{ device_id: 'device-1', fault: '' }])
  await engine.close()
  rmSync(folder, { recursive: true })
})

test('a column of another type is converted with its rows', async () => {
  const folder = freshFolder()
  const engine = openEmbeddedEngine(folder)
  await engine.command('CREATE DATABASE drover')
  const statement = ddlStatements().find(({ sql }) => sql.includes('drover.interval_rows'))?.sql ?? ''
  await engine.command(statement.replace(/Array\(Enum8\(.*?\)\)/, 'Array(LowCardinality(String))'))
  await engine.command(
    "INSERT INTO drover.interval_rows (device_id, whs, qualities, coverages_permille) VALUES ('d', [1], ['edited'], [1000])",
  )
  await applyDdl(engine)
  expect(await engine.rows('SELECT quality FROM drover.intervals')).toEqual([{ quality: 'edited' }])
  const types = "SELECT type FROM system.columns WHERE table = 'interval_rows' AND name = 'qualities'"
  expect(await engine.rows<{ type: string }>(types)).toMatchObject([{ type: expect.stringContaining('Enum8') }])
  await engine.close()
  rmSync(folder, { recursive: true })
})

test('every file makes one table or view, and says what it is for', () => {
  const files = new Map<string, string[]>()
  for (const { file, sql } of ddlStatements()) files.set(file, [...(files.get(file) ?? []), sql])
  for (const [file, statements] of files) {
    expect(file).toMatch(/^\d{3}-[a-z-]+\.sql$/)
    expect(statements[0]).toMatch(/^-- [A-Z].*[.]\n/)
    expect(statements.filter((sql) => /\bCREATE\b/.test(sql)).length).toBe(1)
  }
})
