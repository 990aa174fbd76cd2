/** Local times without a zone mean the instants at which the clock of the place showed them, whatever the length of the day. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instantsOf, localTime } from '../../../connectors/cloud/local-time.ts'

const QUARTER_MS = 900_000
const ZONES = ['UTC', 'America/Los_Angeles', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kolkata'] as const

/** By the platform's own formatter: an implementation that shares nothing with ours. */
function clockOf(zone: string): (atMs: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  return (atMs) => format.format(atMs)
}

test('property: a run of quarter hours that a clock showed is read as it was, over changes of the clock as well', () => {
  const starts = fc.integer({ min: Date.UTC(2023, 0, 1) / QUARTER_MS, max: Date.UTC(2027, 0, 1) / QUARTER_MS })
  fc.assert(
    fc.property(fc.constantFrom(...ZONES), starts, (zone, start) => {
      const clock = clockOf(zone)
      const instants = Array.from({ length: 110 }, (_, index) => (start + index) * QUARTER_MS)
      const read = instantsOf(instants.map(clock), zone)
      // A run that begins in the second passing of an hour can not be told from one that begins in the first.
      const isAmbiguous = clock(start * QUARTER_MS - 3_600_000) === clock(start * QUARTER_MS)
      const isHalfHour = clock(start * QUARTER_MS - 1_800_000) === clock(start * QUARTER_MS)
      fc.pre(!isAmbiguous && !isHalfHour)
      expect(read).toEqual(instants)
    }),
    { numRuns: 100 },
  )
})

test.each([
  ['2026-03-08', 92, '23 hours'],
  ['2026-07-01', 96, '24 hours'],
  ['2026-11-01', 100, '25 hours'],
])('%s in California is read as %i quarter hours: %s', (day, quarters) => {
  const clock = clockOf('America/Los_Angeles')
  const firstMs = Date.parse(`${day}T${day === '2026-03-08' ? '08' : '07'}:00:00Z`)
  const texts: string[] = []
  for (let atMs = firstMs; clock(atMs).startsWith(day); atMs += QUARTER_MS) texts.push(clock(atMs))
  const read = instantsOf(texts, 'America/Los_Angeles')
  expect(texts).toHaveLength(quarters)
  expect(read).toEqual(texts.map((_, index) => firstMs + index * QUARTER_MS))
})

test('a list that has the doubled hour once means its first passing', () => {
  expect(instantsOf(['2026-11-01 01:30:00'], 'America/Los_Angeles')).toEqual([Date.parse('2026-11-01T08:30:00Z')])
})

test('what the clock skips in spring, and what is no local time, is none', () => {
  const texts = ['2026-03-08 02:30:00', '2026-02-30 10:00:00', '2026-07-01T10:00:00Z', '', '2026-07-01 10:00']
  expect(instantsOf(texts, 'America/Los_Angeles')).toEqual([undefined, undefined, undefined, undefined, Date.parse('2026-07-01T17:00:00Z')])
})

test('property: a local time is written as the clock shows it', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ZONES), fc.integer({ min: 1_650_000_000, max: 1_850_000_000 }), (zone, second) => {
      const { date, time } = localTime(second * 1000, zone)
      expect(`${date} ${time}`).toBe(clockOf(zone)(second * 1000))
    }),
    { numRuns: 100 },
  )
})
