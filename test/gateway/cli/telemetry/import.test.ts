/** Tries the import of telemetry files on a log in memory. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { importTelemetry } from '../../../../gateway/cli/telemetry/import.ts'
import { decodeImportBlock } from '../../../../processors/normalizer/import-block.ts'
import { rejectedRecords, telemetryRaw } from '../../../../topics/catalogue.ts'
import { createMemoryLog } from '../../../support/memory-log.ts'
import { NOW_MS } from './files.ts'

const header = 'deviceId,channel,start,stepS,v1,v2'
const line = (id: number, v2: string) => `m${id},import,2026-07-01T00:00:00Z,900,1,${v2}`

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'drover-import-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function fileOf(name: string, lines: readonly string[], end = '\n'): string {
  const file = join(folder, name)
  writeFileSync(file, lines.join(end))
  return file
}

async function run(file: string, log = createMemoryLog({ nowMs: () => NOW_MS }), abort = new AbortController()) {
  const words: string[] = []
  const imported = await importTelemetry({
    file,
    writer: log.writer,
    nowMs: NOW_MS,
    signal: abort.signal,
    onBroken: (text) => words.push(text),
    onProgress: () => {},
  })
  return { ...imported, log, words }
}

describe('telemetry import', () => {
  test('writes what the normalizer reads, keeps broken rows whole, and goes on', async () => {
    const file = fileOf('some.csv', [`\ufeff${header}`, line(1, '2'), line(2, 'two'), '', line(3, ''), ''], '\r\n')
    const { counts, complete, log, words } = await run(file)
    expect(counts).toEqual({ rows: 3, broken: 1, empty: 0, blocks: 2, intervals: 3 })
    expect(complete).toBe(true)
    expect(words).toEqual([expect.stringMatching(new RegExp(`^${file}:3: v2: "two"`))])
    const raws = log.read(telemetryRaw.import).map(({ value }) => value)
    expect(raws.map((raw) => [raw?.deviceId, raw?.source])).toEqual([
      ['m1', 'some.csv:2'],
      ['m3', 'some.csv:5'],
    ])
    expect(raws.map((raw) => raw && decodeImportBlock(raw))).toMatchObject([
      { readings: [{ values: [1, 2] }], faults: [] },
      { readings: [{ values: [1] }], faults: [] },
    ])
    expect(log.read(rejectedRecords).map(({ value }) => [value?.place, String(value?.value)])).toEqual([[`${file}:3`, line(2, 'two')]])
  })

  test('the same rows give the same bytes, wherever they stand', async () => {
    const hashes = async (name: string, lines: readonly string[]) => {
      const { log } = await run(fileOf(name, lines))
      return new Set(log.read(telemetryRaw.import).map(({ value }) => `${value?.deviceId} ${value?.sha256}`))
    }
    expect(await hashes('a.csv', [header, line(1, '7'), line(2, '8')])).toEqual(
      await hashes('b.csv', [header, line(2, '8'), '', line(1, '7')]),
    )
  })

  test('says where each partition ends, for whoever waits', async () => {
    const lines = Array.from({ length: 50 }, (_, index) => line(index, '1'))
    const { lastOffsets, log } = await run(fileOf('many.csv', [header, ...lines]))
    const ends = new Map(log.read(telemetryRaw.import).map(({ partition, offset }) => [partition, offset]))
    expect(lastOffsets).toEqual(ends)
    expect(lastOffsets.size).toBe(2)
  })

  test('stops at a header that is not sound, and at a file that is empty', async () => {
    await expect(run(fileOf('header.csv', ['deviceId,channel,start,v1']))).rejects.toThrow(/header\.csv:1: stepS: column is missing/)
    await expect(run(fileOf('empty.csv', []))).rejects.toThrow(/empty\.csv: has no header/)
  })

  test('stops when the log does not take a record', async () => {
    const log = createMemoryLog({ nowMs: () => NOW_MS })
    log.failWith('the disk is full')
    await expect(run(fileOf('full.csv', [header, line(1, '2')]), log)).rejects.toThrow('the disk is full')
  })

  test('after a stop it says that it is not complete', async () => {
    const abort = new AbortController()
    abort.abort()
    const { complete, log } = await run(fileOf('stopped.csv', [header, line(1, '2')]), undefined, abort)
    expect(complete).toBe(false)
    expect(log.read(telemetryRaw.import)).toEqual([])
  })
})
