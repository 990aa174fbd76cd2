/** The sample files are what the commands take, whole. */
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readProgramFile } from '../../gateway/cli/commands/programs.ts'
import { readCsv } from '../../gateway/cli/csv-lines.ts'
import { findHeaderFaults, readRow } from '../../gateway/cli/enroll/csv-row.ts'
import { readNominationFile } from '../../gateway/cli/programs/nominations.ts'
import { createBlockReader } from '../../gateway/cli/telemetry/read-blocks.ts'
import { readLines } from '../../gateway/cli/telemetry/read-lines.ts'
import { aProgram } from '../build/terms.ts'

const NOW_MS = Date.UTC(2026, 10, 1)
const sample = (name: string): string => fileURLToPath(new URL(`../../deploy/samples/${name}`, import.meta.url))
const program = 'summer-shed'

test('programs.json', () => {
  expect(readProgramFile(sample('programs.json'), NOW_MS).map(({ programId }) => programId)).toEqual([program])
})

test('devices.csv', async () => {
  const kinds: string[] = []
  for await (const { row, fault } of readCsv(sample('devices.csv'), findHeaderFaults)) {
    const read = readRow(row, 'cli', NOW_MS)
    expect([fault, 'faults' in read ? read.faults : []]).toEqual([undefined, []])
    if ('changes' in read) kinds.push(...read.changes.map(({ kind, programId }) => `${kind} ${programId}`))
  }
  expect(kinds).toEqual(['registered null', `enrolled ${program}`, 'registered null', `enrolled ${program}`])
})

test.each([
  ['telemetry-wide.csv', ['charger-1 8', 'charger-2 7']],
  ['telemetry-narrow.csv', ['charger-1 2']],
])('%s', async (name, expected) => {
  const [blocks, broken]: [string[], string[]] = [[], []]
  const reader = createBlockReader(NOW_MS, {
    block: (_, deviceId, __, stated) => blocks.push(`${deviceId} ${stated}`),
    broken: (line, _, words) => broken.push(`${line}: ${words}`),
    empty: () => undefined,
  })
  for await (const { first, lines } of readLines(sample(name)))
    for (const [index, line] of lines.entries()) reader.take(line, first + index)
  reader.end()
  expect([blocks, broken]).toEqual([expected, []])
})

test('nominations.csv', async () => {
  const facts = { programOf: (id: string) => (id === program ? aProgram(program) : undefined), actorId: 'cli', nowMs: NOW_MS }
  expect(await readNominationFile(sample('nominations.csv'), facts)).toHaveLength(1)
})
