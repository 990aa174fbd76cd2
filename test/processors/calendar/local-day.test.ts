/** Local days and offsets, held against Intl itself and against known clock changes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayBoundsMs, instantsOfClock, localDay, numberOfDay } from '../../../processors/calendar/local-day.ts'
import { offsetMsAt } from '../../../processors/calendar/zone-offset.ts'

const HOUR_MS = 3_600_000
const ZONES = [
  'America/Los_Angeles',
  'Europe/Berlin',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Africa/Casablanca',
  'UTC',
]
const anyInstant = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2037, 0, 1) })

const clocks = new Map(
  ZONES.map((zone) => [zone, new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })]),
)

describe('the local clock', () => {
  it('agrees with Intl at any instant in any zone', () => {
    fc.assert(
      fc.property(anyInstant, fc.constantFrom(...ZONES), (utcMs, zone) => {
        const shown = new Date(utcMs + offsetMsAt(utcMs, zone)).toISOString().slice(0, 19).replace('T', ' ')
        expect(shown).toBe(clocks.get(zone)?.format(utcMs))
      }),
      { numRuns: 2000 },
    )
  })

  it('changes to the second', () => {
    const change = Date.UTC(2025, 2, 9, 10)
    expect(offsetMsAt(change - 1, 'America/Los_Angeles')).toBe(-8 * HOUR_MS)
    expect(offsetMsAt(change, 'America/Los_Angeles')).toBe(-7 * HOUR_MS)
  })

  it('names an unknown zone and what to write instead', () => {
    expect(() => offsetMsAt(0, 'Mars/Olympus')).toThrow(/"Mars\/Olympus".*IANA/)
  })
})

describe('day bounds', () => {
  it.each([
    ['America/Los_Angeles', '2025-03-09', 23],
    ['America/Los_Angeles', '2025-11-02', 25],
    ['America/Los_Angeles', '2025-07-16', 24],
    ['Europe/Berlin', '2025-03-30', 23],
    ['Europe/Berlin', '2025-10-26', 25],
    ['Australia/Lord_Howe', '2025-10-05', 23.5],
    ['Australia/Lord_Howe', '2025-04-06', 24.5],
    ['Asia/Kolkata', '2025-03-09', 24],
    ['America/Sao_Paulo', '2018-11-04', 23],
    ['America/Sao_Paulo', '2018-02-17', 25],
    ['America/Havana', '2025-11-02', 25],
    ['Pacific/Apia', '2011-12-30', 0],
  ])('%s %s has %d hours', (zone, day, hours) => {
    const { startMs, endMs } = dayBoundsMs(day, zone)
    expect((endMs - startMs) / HOUR_MS).toBe(hours)
  })

  it('hold every instant of the day and no other', () => {
    fc.assert(
      fc.property(anyInstant, fc.constantFrom(...ZONES), (utcMs, zone) => {
        const { startMs, endMs } = dayBoundsMs(localDay(utcMs, zone), zone)
        expect(startMs <= utcMs && utcMs < endMs).toBe(true)
        expect(localDay(startMs - 1, zone)).not.toBe(localDay(startMs, zone))
      }),
    )
  })

  it('refuse days that do not exist', () => {
    expect(() => dayBoundsMs('2025-02-30', 'UTC')).toThrow(/"2025-02-30" does not exist/)
    expect(() => dayBoundsMs('20250228', 'UTC')).toThrow(/YYYY-MM-DD/)
  })
})

describe('clock labels', () => {
  it.each([
    ['America/Los_Angeles', '2025-03-09', 150, 0],
    ['America/Los_Angeles', '2025-11-02', 90, 2],
    ['Europe/Berlin', '2025-03-30', 150, 0],
    ['Europe/Berlin', '2025-10-26', 150, 2],
    ['Europe/Berlin', '2025-07-01', 150, 1],
    ['Australia/Lord_Howe', '2025-10-05', 120, 0],
    ['Australia/Lord_Howe', '2025-04-06', 105, 2],
  ])('%s on %s shows minute %d %d times', (zone, day, minute, times) => {
    const instants = instantsOfClock(numberOfDay(day), minute, zone)
    expect(instants).toHaveLength(times)
    expect(instants).toEqual([...instants].sort((a, b) => a - b))
    for (const atMs of instants) expect(localDay(atMs, zone)).toBe(day)
  })
})
