/** Tries the enrollment file on any mixture of sound and broken rows, and its import on a log in memory. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findHeaderFaults, readRow } from '../../../../gateway/cli/enroll/csv-row.ts'
import { importEnrollment } from '../../../../gateway/cli/enroll/import.ts'
import type { EnrollmentChange, EnrollmentRefusal } from '../../../../schemas/enrollment.ts'
import { enrollmentChanges, enrollmentVerdicts, rejectedRecords } from '../../../../topics/catalogue.ts'
import { createMemoryLog } from '../../../support/memory-log.ts'

const NOW_MS = Date.parse('2026-07-15T12:00:00Z')
const header = 'deviceId,siteId,protocol,ratedW,phases,programs,effectiveFrom,extra.groups'

const id = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/)
const sound = fc.record({
  deviceId: id,
  siteId: id,
  ratedW: fc.integer({ min: 1, max: 350_000 }),
  programs: fc.uniqueArray(id, { maxLength: 3 }),
  from: fc.constantFrom('', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00+02:00'),
})
type Sound = typeof sound extends fc.Arbitrary<infer T> ? T : never
const print = ({ deviceId, siteId, ratedW, programs, from }: Sound): string =>
  [deviceId, siteId, 'ocpp', ratedW, '', programs.join(';'), from, ''].join(',')

const spoiled = [
  [0, '', /deviceId/],
  [1, ' ', /siteId/],
  [2, 'smoke-signals', /protocol/],
  [3, 'much', /ratedW/],
  [3, '1.5', /ratedW/],
  [3, '', /ratedW/],
  [6, '2026-01-01', /effectiveFrom/],
  [6, 'tomorrow', /effectiveFrom/],
] as const
const broken = fc.oneof(
  fc
    .record({ row: sound, spoil: fc.constantFrom(...spoiled) })
    .map(({ row, spoil: [column, cell, names] }) => ({ text: print(row).split(',').with(column, cell).join(','), names: names as RegExp })),
  sound.map((row) => ({ text: `${print(row)},1`, names: /has 9 cells/ })),
  sound.map((row) => ({ text: print(row).split(',').slice(0, 5).join(','), names: /has 5 cells/ })),
)
const rows = fc.array(
  fc.oneof(
    sound.map((row) => ({ sound: row })),
    broken.map((row) => ({ broken: row })),
  ),
  { maxLength: 20 },
)

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'drover-enroll-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Enrollment that takes every change but one that it has taken before, with a detail that follows from how many it took. */
function enrollingLog(
  detailOf: (taken: number) => string = () => '',
  refusalOf: (change: EnrollmentChange) => EnrollmentRefusal | null = () => null,
) {
  const log = createMemoryLog({ nowMs: () => NOW_MS })
  const taken = new Set<string>()
  log.onAppend(({ value, offset }, { name }) => {
    if (name !== enrollmentChanges.name) return
    const change = value as EnrollmentChange
    const { changeId, deviceId } = change
    const refusal = taken.has(changeId) ? 'duplicate' : refusalOf(change)
    taken.add(changeId)
    void log.writer.append(enrollmentVerdicts, {
      changeId,
      deviceId,
      changeOffset: offset,
      refusal,
      detail: refusal === null ? detailOf(taken.size) : '',
    })
  })
  return log
}

async function run(lines: readonly string[], log = enrollingLog()) {
  const file = join(folder, 'enroll.csv')
  writeFileSync(file, lines.join('\n'))
  const words: string[] = []
  const refusals: string[] = []
  const counts = await importEnrollment({
    file,
    writer: log.writer,
    reader: log.reader,
    actorId: 'op',
    nowMs: NOW_MS,
    onProgress: () => {},
    onBroken: (text) => words.push(text),
    onRefused: (text) => refusals.push(text),
    signal: new AbortController().signal,
  })
  return { counts, words, refusals, log, file }
}

describe('an enrollment file', () => {
  test('sound rows are recorded, broken ones are named with their line and kept whole, in any mixture', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (given) => {
        const { counts, words, log, file } = await run([
          header,
          ...given.map((row) => ('sound' in row ? print(row.sound) : row.broken.text)),
        ])
        const wrong = given.flatMap((row, index) => ('broken' in row ? [{ line: index + 2, ...row.broken }] : []))
        expect(words).toHaveLength(wrong.length)
        for (const [index, { line, names }] of wrong.entries()) {
          expect(words[index]?.startsWith(`${file}:${line}: `)).toBe(true)
          expect(words[index]).toMatch(names)
        }
        expect(log.read(rejectedRecords).map(({ value }) => [value?.place, String(value?.value)])).toEqual(
          wrong.map(({ line, text }) => [`${file}:${line}`, text]),
        )
        const expected = given.flatMap((row) =>
          'sound' in row
            ? [
                `registered ${row.sound.deviceId} ${row.sound.ratedW}`,
                ...row.sound.programs.map((program) => `enrolled ${row.sound.deviceId} ${program}`),
              ]
            : [],
        )
        const recorded = log
          .read(enrollmentChanges)
          .map(({ value }) => `${value?.kind} ${value?.deviceId} ${value?.programId ?? value?.attributes?.ratedW}`)
        expect(recorded).toEqual(expected)
        expect(counts).toMatchObject({ rows: given.length, broken: wrong.length, changes: expected.length })
      }),
      { numRuns: 30 },
    )
  })

  test('warnings are told once, with their newest figures and a count', async () => {
    const warnings = (taken: number) =>
      taken % 2 === 0 ? `credential C, program P: about ${taken} devices need 70 min; notice is 30 min` : ''
    const { counts } = await run([header, ...Array.from({ length: 5 }, (_, i) => `d-${i},s,ocpp,1,1,summer,,`)], enrollingLog(warnings))
    expect(Object.values(counts.warnings)).toEqual([
      { words: 'credential C, program P: about 10 devices need 70 min; notice is 30 min', changes: 5 },
    ])
  })

  test('the same file again changes nothing', async () => {
    const log = enrollingLog()
    const lines = [header, 'd-1,s-1,ocpp,11000,1,summer:R-1;winter,,g1', 'd-2,s-1,none,0,,,,']
    expect((await run(lines, log)).counts).toMatchObject({ accepted: 4, refused: {} })
    expect((await run(lines, log)).counts).toMatchObject({ accepted: 0, refused: { duplicate: 4 } })
  })
})

describe('a row', () => {
  test('says registration and enrollments, with resources and traits', () => {
    const read = readRow(
      {
        deviceId: 'd-1',
        siteId: 's-1',
        meterId: 'm-1',
        protocol: 'ocpp',
        ratedW: '11000',
        phases: '1',
        programs: 'summer:R-1; winter',
        effectiveFrom: '',
        'extra.groups': 'g1',
      },
      'op',
      NOW_MS,
    )
    if ('faults' in read) throw new Error(read.faults.join())
    expect(read.changes).toMatchObject([
      {
        kind: 'registered',
        siteId: 's-1',
        meterId: 'm-1',
        effectiveFromMs: NOW_MS,
        attributes: { phases: 1, voltageV: 230, extra: { groups: 'g1' } },
      },
      { kind: 'enrolled', programId: 'summer', resourceId: 'R-1' },
      { kind: 'enrolled', programId: 'winter', resourceId: null },
    ])
  })

  test('a header names every column that is missing or unknown', () => {
    expect(findHeaderFaults(['deviceId', 'siteId', 'colour', 'extra.x'])).toEqual([
      'protocol: column is missing',
      'ratedW: column is missing',
      expect.stringMatching(/^colour: no such column/),
    ])
  })

  test('changes that are refused are named with line, device and reason, unless they were taken before', async () => {
    const log = enrollingLog(undefined, ({ programId }) => (programId === 'nowhere' ? 'unknownProgram' : null))
    const lines = [header, 'd-1,s,ocpp,1000,,here,,', 'd-2,s,ocpp,1000,,nowhere,,']
    const { counts, refusals, file } = await run(lines, log)
    expect(counts.refused).toEqual({ unknownProgram: 1 })
    expect(refusals).toEqual([`${file}:3: d-2: unknownProgram: `])
    expect((await run(lines.slice(0, 2), log)).refusals).toEqual([])
  })

  test('a row that says something else is another change', async () => {
    const log = enrollingLog()
    await run([header, 'd-1,s,ocpp,1000,,,,'], log)
    expect((await run([header, 'd-1,s,ocpp,2000,,,,'], log)).counts.refused).toEqual({})
    expect((await run([header, 'd-1,s,ocpp,2000,,,,'], log)).counts.refused).toEqual({ duplicate: 1 })
  })

  test('a day and a year are no time with a zone', async () => {
    const { words, file } = await run([header, 'd-1,s,ocpp,1000,,,01-07-2026,'])
    expect(words).toEqual([`${file}:2: effectiveFrom: "01-07-2026" is not an ISO 8601 time with a zone`])
  })
})
