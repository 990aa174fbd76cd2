/** Telemetry files for tests: rows that are sound, and rows that are broken in a known column. */
import fc from 'fast-check'

/** 2026-07-15T12:00:00Z; rows lie before it. */
export const NOW_MS = Date.parse('2026-07-15T12:00:00Z')
const QUARTERS_BACK = 96 * 60

export interface SoundRow {
  readonly deviceId: string
  readonly startMs: number
  readonly values: readonly (number | null)[]
}
export interface BrokenRow {
  readonly text: string
  /** What the fault must name. */
  readonly names: RegExp
}
export type AnyRow = { readonly sound: SoundRow } | { readonly broken: BrokenRow }

const wh = fc.integer({ min: 0, max: 1_000_000_000 })
const startMs = fc.integer({ min: 100, max: QUARTERS_BACK }).map((quarters) => NOW_MS - quarters * 900_000)
const deviceId = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 _.:-]{0,10}[A-Za-z0-9]$/)

export const iso = (timeMs: number): string => new Date(timeMs).toISOString()

/** A row of the wide form with `width` values, the last of them stated. */
export const soundWide = (width: number): fc.Arbitrary<SoundRow> =>
  fc
    .record({ deviceId, startMs, values: fc.array(fc.option(wh), { maxLength: width - 1 }), last: wh })
    .map(({ values, last, ...row }) => ({ ...row, values: [...values, last] }))

export const soundNarrow: fc.Arbitrary<SoundRow> = fc
  .record({ deviceId, startMs, energyWh: wh })
  .map(({ energyWh, ...row }) => ({ ...row, values: [energyWh] }))

export const wideLine = ({ deviceId: id, startMs: atMs, values }: SoundRow, width: number): string =>
  [id, 'import', iso(atMs), '900', ...values.map((value) => value ?? ''), ...new Array<string>(width - values.length).fill('')].join(',')

export const narrowLine = ({ deviceId: id, startMs: atMs, values }: SoundRow): string =>
  [id, 'import', iso(atMs), '900', values[0]].join(',')

const spoiled: readonly (readonly [column: number, text: string, names: RegExp])[] = [
  [0, ' ', /deviceId/],
  [1, 'kitchen', /channel/],
  [1, '', /channel/],
  [2, '2026-07-01 00:00', /start/],
  [2, '2026-07-01T00:07:00Z', /start/],
  [2, '2031-07-01T00:00:00Z', /start/],
  [2, '1970-01-01T00:00:00Z', /start/],
  [3, '901', /stepS/],
  [4, '12.5', /12\.5/],
  [4, '-3', /-3/],
  [4, '0x10', /0x10/],
  [4, '1e3', /1e3/],
  [4, '99999999999', /99999999999/],
]

/** A sound line with one cell spoiled, a cell too few, a cell too many, or a quote that does not end. */
export const brokenLine = (line: fc.Arbitrary<string>): fc.Arbitrary<BrokenRow> =>
  fc.oneof(
    fc.record({ line, spoil: fc.constantFrom(...spoiled) }).map(({ line: text, spoil: [column, cell, names] }) => ({
      text: text.split(',').with(column, cell).join(','),
      names,
    })),
    line.map((text) => ({ text: text.slice(0, text.lastIndexOf(',')), names: /has \d+ cells/ })),
    line.map((text) => ({ text: `${text},1`, names: /has \d+ cells/ })),
    line.map((text) => ({ text: `"${text}`, names: /quotes/ })),
  )

/** Sound and broken rows in any order. */
export const mixed = (sound: fc.Arbitrary<SoundRow>, print: (row: SoundRow) => string): fc.Arbitrary<readonly AnyRow[]> =>
  fc.array(
    fc.oneof(
      sound.map((row) => ({ sound: row })),
      brokenLine(sound.map(print)).map((row) => ({ broken: row })),
    ),
    { maxLength: 30 },
  )
