/** A file of nominations is taken whole, or every fault of it is named with line and column. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readNominationFile } from '../../../../gateway/cli/programs/nominations.ts'
import { aProgram } from '../../../build/terms.ts'

const NOW_MS = Date.parse('2026-07-01T00:00:00Z')
let folder = ''
let file = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'drover-nominations-'))
  file = join(folder, 'july.csv')
})
afterAll(() => rmSync(folder, { recursive: true }))

const program = aProgram('summer-shed', { nominationDeadlineS: 3600 })
function read(...lines: readonly string[]) {
  writeFileSync(file, lines.join('\n'))
  return readNominationFile(file, { programOf: (id) => (id === program.programId ? program : undefined), actorId: 'op', nowMs: NOW_MS })
}
const HEADER = 'programId,unitId,from,until,nominatedW'

test('sound rows become nominations that say where they came from', async () => {
  const rows = [
    'summer-shed,R-1,2026-07-01T01:00:00Z,2026-08-01T00:00:00Z,5000',
    'summer-shed, R-2 ,2026-07-02T00:00:00+02:00,2026-07-03T00:00:00Z,0',
  ]
  expect(await read(HEADER, ...rows)).toEqual([
    {
      nominationId: expect.stringMatching(/^[0-9a-f]{32}$/),
      programId: 'summer-shed',
      unitId: 'R-1',
      fromMs: Date.parse('2026-07-01T01:00:00Z'),
      untilMs: Date.parse('2026-08-01T00:00:00Z'),
      nominatedW: 5000,
      recordedBy: 'op',
      reason: '',
      source: `${file}:2`,
    },
    expect.objectContaining({ unitId: 'R-2', nominatedW: 0, source: `${file}:3` }),
  ])
})

test('every fault is named at once', async () => {
  const reading = read(
    HEADER,
    'summer-shed,R-1,2026-07-02T00:00:00Z,2026-08-01T00:00:00Z,5000',
    'winter,R-1,2026-07-02T00:00:00Z,2026-07-01T12:00:00Z,5000',
    'summer-shed,,yesterday,2026-07-01T12:00:00Z,much',
    'summer-shed,R-1,2026-07-01T00:30:00Z,2026-08-01T00:00:00Z,-1',
    'summer-shed,R-1',
  )
  const message = await reading.then(
    () => '',
    (error: Error) => error.message,
  )
  expect(message.split('\n')).toEqual([
    '7 fault(s); nothing was recorded:',
    `  ${file}:3: programId: unknown program "winter"`,
    `  ${file}:3: until: is not after from`,
    expect.stringContaining(`${file}:4: from: "yesterday" is not an ISO 8601 time`),
    `  ${file}:4: nominatedW: expected a whole number, found "much"`,
    `  ${file}:5: nominatedW: is negative`,
    `  ${file}:5: from: nominations for 2026-07-01T00:30:00.000Z were frozen at 2026-06-30T23:30:00.000Z`,
    `  ${file}:6: has 2 cells where the header has 5`,
  ])
})

test('a header without a column, or with another, is refused', async () => {
  await expect(read('programId,unitId,from,until,watts', '')).rejects.toThrow(/:1: nominatedW: column is missing; watts: no such column/)
})
