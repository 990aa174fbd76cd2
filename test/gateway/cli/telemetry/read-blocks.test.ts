/** Tries the reader of telemetry files on any mixture of sound and broken rows. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BlockSink, createBlockReader } from '../../../../gateway/cli/telemetry/read-blocks.ts'
import type { ImportBlock } from '../../../../processors/normalizer/import-block.ts'
import { type AnyRow, iso, mixed, NOW_MS, narrowLine, type SoundRow, soundNarrow, soundWide, wideLine } from './files.ts'

interface Read {
  readonly blocks: { readonly deviceId: string; readonly block: ImportBlock; readonly lines: string; readonly stated: number }[]
  readonly broken: { readonly line: number; readonly raw: string; readonly words: string }[]
  readonly empty: number[]
}

function read(lines: readonly string[]): Read {
  const found: Read = { blocks: [], broken: [], empty: [] }
  const sink: BlockSink = {
    block: (block, deviceId, at, stated) => found.blocks.push({ deviceId, block, lines: at, stated }),
    broken: (line, raw, words) => found.broken.push({ line, raw, words }),
    empty: (line) => found.empty.push(line),
  }
  const reader = createBlockReader(NOW_MS, sink)
  for (const [index, line] of lines.entries()) reader.take(line, index + 1)
  reader.end()
  return found
}

const WIDTH = 12
const wideHeader = ['deviceId', 'channel', 'start', 'stepS', ...Array.from({ length: WIDTH }, (_, index) => `v${index + 1}`)].join(',')
const narrowHeader = 'deviceId,channel,start,stepS,energyWh'
const textOf = (row: AnyRow, print: (sound: SoundRow) => string): string => ('sound' in row ? print(row.sound) : row.broken.text)

function expectBroken(rows: readonly AnyRow[], found: Read): void {
  const expected = rows.flatMap((row, index) => ('broken' in row ? [{ line: index + 2, ...row.broken }] : []))
  expect(found.broken.map(({ line, raw }) => ({ line, raw }))).toEqual(expected.map(({ line, text }) => ({ line, raw: text })))
  for (const [index, { names }] of expected.entries()) expect(found.broken[index]?.words).toMatch(names)
}

/** Every value that blocks state, by device and time. */
const stated = (blocks: Read['blocks']) =>
  blocks.flatMap(({ deviceId, block: { startMs, stepS, values } }) =>
    values.flatMap((wh, index) => (wh === null ? [] : [`${deviceId} ${iso(startMs + index * stepS * 1000)} ${wh}`])),
  )

describe('a telemetry file', () => {
  test('wide: each sound row is one block, each broken row is named with its line', () => {
    const print = (row: SoundRow) => wideLine(row, WIDTH)
    fc.assert(
      fc.property(mixed(soundWide(WIDTH), print), (rows) => {
        const found = read([wideHeader, ...rows.map((row) => textOf(row, print))])
        expectBroken(rows, found)
        const sound = rows.flatMap((row, index) => ('sound' in row ? [{ ...row.sound, lines: String(index + 2) }] : []))
        expect(
          found.blocks.map(({ deviceId, block, lines }) => ({ deviceId, startMs: block.startMs, values: block.values, lines })),
        ).toEqual(sound)
      }),
    )
  })

  test('narrow: every sound value comes out once, in the order of its device, each broken row is named with its line', () => {
    fc.assert(
      fc.property(mixed(soundNarrow, narrowLine), (rows) => {
        const found = read([narrowHeader, ...rows.map((row) => textOf(row, narrowLine))])
        expectBroken(rows, found)
        const sound = rows.flatMap((row) => ('sound' in row ? [row.sound] : []))
        for (const id of new Set(sound.map(({ deviceId }) => deviceId)))
          expect(stated(found.blocks.filter(({ deviceId }) => deviceId === id))).toEqual(
            sound.filter(({ deviceId }) => deviceId === id).map(({ startMs, values }) => `${id} ${iso(startMs)} ${values[0]}`),
          )
      }),
    )
  })

  test('narrow: rows that follow each other are one block, also from device to device within each interval', () => {
    const start = Date.parse('2026-07-01T00:00:00Z')
    const rows = Array.from({ length: 100 }, (_, index) =>
      ['a', 'b'].map((id) => `${id},net,${iso(start + index * 300_000)},300,${index - 50}`),
    )
    const found = read([narrowHeader, ...rows.flat()])
    expect(found.blocks.map(({ deviceId, block, lines }) => [deviceId, block.values.length, lines])).toEqual([
      ['a', 96, '2-192'],
      ['b', 96, '3-193'],
      ['a', 4, '194-200'],
      ['b', 4, '195-201'],
    ])
  })

  test('narrow: end stands for stepS, and a name or a letter for a quality', () => {
    const line = (from: string, to: string, rest: string) => `m,import,2026-07-01T${from}Z,2026-07-01T${to}Z,${rest}`
    const { blocks, broken } = read([
      'deviceId,channel,start,end,energyWh,quality',
      line('00:00', '00:15', '7,estimated'),
      line('00:15', '00:30', '8,m'),
      line('00:30', '00:30', '8,m'),
      line('00:30', '00:45', '8,guessed'),
      line('00:30', '00:45', '8,missing'),
    ])
    expect(blocks.map(({ block }) => block)).toMatchObject([{ stepS: 900, values: [7, 8], qualities: ['estimated', 'measured'] }])
    expect(broken.map(({ line: at, words }) => [at, words.split(':')[0]])).toEqual([
      [4, 'end - start'],
      [5, 'quality'],
      [6, 'energyWh'],
    ])
  })

  test('wide: qualities by letter; quoted cells; an empty row says nothing; a short day ends at its last value', () => {
    const { blocks, broken, empty } = read([
      'deviceId,channel,start,stepS,v1,v2,v3,qualities',
      '"meter ""1""",import,2026-07-01T00:00:00Z,3600,"5",,7,e-c',
      'm2,import,2026-07-01T00:00:00Z,3600,,,,',
      'm3,import,2026-07-15T10:00:00Z,3600,1,2,,mm',
      'm4,import,2026-07-15T10:00:00Z,3600,1,2,,mx',
      'm5,import,2026-07-15T10:00:00Z,3600,1,2,3,',
    ])
    expect(blocks.map(({ deviceId, block: { values, qualities } }) => ({ deviceId, values, qualities }))).toEqual([
      { deviceId: 'meter "1"', values: [5, null, 7], qualities: ['estimated', 'missing', 'edited'] },
      { deviceId: 'm3', values: [1, 2], qualities: ['measured', 'measured'] },
    ])
    expect(empty).toEqual([3])
    expect(broken.map(({ line, words }) => [line, words.slice(0, 10)])).toEqual([
      [5, 'qualities:'],
      [6, 'v3: its en'],
    ])
  })

  test.each([
    ['deviceId,channel,start,stepS,v1,v3', /v1, v2/],
    ['deviceId,channel,start,v1', /stepS: column is missing/],
    ['deviceId,channel,start,energyWh', /stepS: column is missing, and so is end/],
    ['deviceId,deviceId,channel,start,stepS,energyWh', /deviceId: column stands twice/],
    ['deviceId,channel,start,stepS,energyWh,price', /price: no such column/],
    [wideHeader.replace('v12', [...Array(90)].map((_, index) => `v${index + 12}`).join(',')), /96 values at most/],
  ])('a header that is not sound is refused: %s', (header, words) => {
    expect(() => read([header])).toThrow(words)
  })
})
