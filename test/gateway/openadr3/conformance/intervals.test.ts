/** Timing rules of OpenADR 3 (User Guide 7.3 to 7.5; schemas event, interval, intervalPeriod), per revision. */
import { describe, expect, it } from 'vitest'
import { HOUR_MS, iso } from '../rig.ts'
import { isOdd, minutes, stopRigs, understood } from './understood.ts'

stopRigs()
const both = ['3.0', '3.1'] as const
const simple = (id: number, value: number, intervalPeriod?: object) => ({
  id,
  payloads: [{ type: 'SIMPLE', values: [value] }],
  ...(intervalPeriod ? { intervalPeriod } : {}),
})
const startMs = Date.UTC(2026, 6, 15, 20)
const period = (change: object = {}) => ({ start: iso(startMs), duration: 'PT30M', ...change })

describe.each(both)('%s: intervals', (revision) => {
  const understand = (body: object) => understood(revision, () => body)

  it('take start and duration of the event by default, one after the other', async () => {
    const event = await understand({ intervalPeriod: period(), intervals: [simple(0, 1), simple(1, 3)] })
    expect(minutes(event, startMs)).toEqual([
      [0, 30, '1'],
      [30, 60, '3'],
    ])
    expect(event).toMatchObject({ kind: 'event', startMs, endMs: startMs + HOUR_MS, openEnded: false })
  })

  it('follow the order of the list, not their ids, which are no sequence numbers', async () => {
    const event = await understand({ intervalPeriod: period(), intervals: [simple(7, 1), simple(2, 3)] })
    expect(minutes(event, startMs)).toEqual([
      [0, 30, '1'],
      [30, 60, '3'],
    ])
  })

  it('override start and duration, each its own', async () => {
    const own = { start: iso(startMs + HOUR_MS), duration: 'PT15M' }
    const event = await understand({ intervalPeriod: period(), intervals: [simple(0, 1), simple(1, 2, own), simple(2, 3)] })
    expect(minutes(event, startMs)).toEqual([
      [0, 30, '1'],
      [60, 75, '2'],
      [75, 105, '3'],
    ])
  })

  it('need no period of the event when each has its own', async () => {
    const intervals = [simple(0, 1, period()), simple(1, 2, period({ start: iso(startMs + 1_800_000) }))]
    expect(minutes(await understand({ intervals }), startMs)).toEqual([
      [0, 30, '1'],
      [30, 60, '2'],
    ])
  })

  it('without a period on either level make the event invalid', async () => {
    const event = await understand({ intervals: [simple(0, 1)] })
    expect(event).toMatchObject({ kind: 'refused', refusal: expect.stringContaining('intervals[0].intervalPeriod: is missing') })
  })

  it('without a start on either level make the event invalid', async () => {
    if (revision === '3.0') isOdd(/intervalPeriod: must have required property 'start'/)
    const event = await understand({ intervalPeriod: { duration: 'PT1H' }, intervals: [simple(0, 1)] })
    expect(event).toMatchObject({ kind: 'refused', refusal: expect.stringContaining('has a start') })
  })

  it('may come in any order when they have starts of their own', async () => {
    const intervals = [simple(0, 1, period({ start: iso(startMs + HOUR_MS) })), simple(1, 2, period())]
    expect(minutes(await understand({ intervals }), startMs)).toEqual([
      [0, 30, '2'],
      [60, 90, '1'],
    ])
  })

  it('must not overlap', async () => {
    const intervals = [simple(0, 1, period()), simple(1, 2, period({ start: iso(startMs + 900_000) }))]
    expect(await understand({ intervals })).toMatchObject({ kind: 'refused', refusal: expect.stringContaining('without overlap') })
  })

  it('that began in the past are kept: the event is joined in its current interval', async () => {
    const event = await understood(revision, (nowMs) => ({
      intervalPeriod: { start: iso(nowMs - HOUR_MS), duration: 'PT90M' },
      intervals: [simple(0, 1), simple(1, 2)],
    }))
    expect(event?.kind).toBe('event')
    expect(event?.intervals.map(({ level }) => level)).toEqual(['1', '2'])
  })

  it('that are all over are no event', async () => {
    const body = (nowMs: number) => ({ intervalPeriod: { start: iso(nowMs - HOUR_MS), duration: 'PT30M' }, intervals: [simple(0, 1)] })
    expect(await understood(revision, body)).toBeUndefined()
  })

  it('at SIMPLE 0 ask for nothing, and leave a gap', async () => {
    const event = await understand({ intervalPeriod: period(), intervals: [simple(0, 1), simple(1, 0), simple(2, 2)] })
    expect(minutes(event, startMs)).toEqual([
      [0, 30, '1'],
      [60, 90, '2'],
    ])
  })

  it('whose durations are no durations are refused by name', async () => {
    isOdd(/duration: must match pattern/)
    const event = await understand({ intervalPeriod: period({ duration: '30 minutes' }), intervals: [simple(0, 1)] })
    expect(event).toMatchObject({ kind: 'refused', refusal: expect.stringMatching(/^intervalPeriod\.duration: "30 minutes"/) })
  })

  it('whose durations are negative are refused', async () => {
    const event = await understand({ intervalPeriod: period({ duration: '-PT1H' }), intervals: [simple(0, 1)] })
    expect(event?.refusal).toContain('counts forward')
  })

  it('whose starts are no dates are refused by name', async () => {
    const event = await understand({ intervalPeriod: period({ start: '2026-02-30T00:00:00Z' }), intervals: [simple(0, 1)] })
    expect(event?.refusal).toMatch(/^intervalPeriod\.start: /)
  })

  it('with starts in other zones are brought to UTC', async () => {
    const event = await understand({ intervalPeriod: period({ start: '2026-07-15T13:00:00-07:00' }), intervals: [simple(0, 1)] })
    expect(event?.startMs).toBe(startMs)
  })

  it.each(['0001-01-01', '0001-01-01T00:00:00', '0001-01-01T00:00:00Z', '0000-00-00', '0000-01-01T00:00:00Z'])(
    'starting %s begin now, when the VTN made the event',
    async (start) => {
      isOdd(/start: must match format "date-time"/)
      const event = await understand({ intervalPeriod: { start, duration: 'PT1H' }, intervals: [simple(0, 1), simple(1, 2)] })
      expect(event?.kind).toBe('event')
      const at = event?.startMs ?? 0
      expect(Math.abs(at - (event?.receivedMs ?? 0))).toBeLessThan(HOUR_MS / 2)
      expect(minutes(event, at).map(([from]) => from)).toEqual([0, 60])
    },
  )

  it('starting now in a later place follow on', async () => {
    isOdd(/start: must match format "date-time"/)
    const own = { start: '0001-01-01', duration: 'PT15M' }
    const event = await understand({ intervalPeriod: period(), intervals: [simple(0, 1), simple(1, 2, own)] })
    expect(minutes(event, startMs)).toEqual([
      [0, 30, '1'],
      [30, 45, '2'],
    ])
  })

  it('shift by a random time on either side of the start, all together', async () => {
    const event = await understand({ intervalPeriod: period({ randomizeStart: 'PT5M' }), intervals: [simple(0, 1), simple(1, 2)] })
    expect(event).toMatchObject({ startMs: startMs - 300_000, endMs: startMs + HOUR_MS - 300_000, randomizeStartS: 600 })
  })

  it('that shift against each other are refused', async () => {
    const own = period({ start: iso(startMs + HOUR_MS), randomizeStart: 'PT1M' })
    const event = await understand({ intervalPeriod: period(), intervals: [simple(0, 1), simple(1, 2, own)] })
    expect(event?.refusal).toMatch(/^intervals\[1\]\.intervalPeriod\.randomizeStart: /)
  })
})

describe('3.0: a duration', () => {
  it.each([undefined, null, 'PT0S'])('of %s lasts until the event is cancelled', async (duration) => {
    if (duration === null) isOdd(/intervalPeriod\/duration: must be string/)
    const event = await understood('3.0', () => ({ intervalPeriod: { start: iso(startMs), duration }, intervals: [simple(0, 2)] }))
    expect(event).toMatchObject({ kind: 'event', openEnded: true, startMs })
  })

  it('without end ends where the next interval starts', async () => {
    const intervals = [simple(0, 1), simple(1, 2, { start: iso(startMs + HOUR_MS), duration: 'PT30M' })]
    const event = await understood('3.0', () => ({ intervalPeriod: { start: iso(startMs) }, intervals }))
    expect(minutes(event, startMs)).toEqual([
      [0, 60, '1'],
      [60, 90, '2'],
    ])
  })

  it('without end before an interval without a start is refused', async () => {
    const event = await understood('3.0', () => ({ intervalPeriod: { start: iso(startMs) }, intervals: [simple(0, 1), simple(1, 2)] }))
    expect(event?.refusal).toContain('the interval before it does not end')
  })

  it('of the event is unknown, and loops nothing', async () => {
    const event = await understood('3.0', () => ({ duration: 'P1D', intervalPeriod: period(), intervals: [simple(0, 1)] }))
    expect(event?.intervals).toHaveLength(1)
  })
})

describe('3.1: a duration', () => {
  it('of P9999Y lasts until the event is cancelled', async () => {
    const event = await understood('3.1', () => ({ intervalPeriod: period({ duration: 'P9999Y' }), intervals: [simple(0, 2)] }))
    expect(event).toMatchObject({ kind: 'event', openEnded: true, startMs })
  })

  it('of PT0S, the default, lasts no time, which nobody can do', async () => {
    const event = await understood('3.1', () => ({ intervalPeriod: { start: iso(startMs) }, intervals: [simple(0, 2)] }))
    expect(event).toMatchObject({ kind: 'refused', refusal: expect.stringContaining('ends at or before its start') })
  })

  it('of the event that is shorter cuts', async () => {
    const event = await understood('3.1', () => ({ duration: 'PT45M', intervalPeriod: period(), intervals: [simple(0, 1), simple(1, 2)] }))
    expect(minutes(event, startMs)).toEqual([
      [0, 30, '1'],
      [30, 45, '2'],
    ])
  })

  it('of the event that is longer loops the intervals, and cuts the last round', async () => {
    const event = await understood('3.1', () => ({
      duration: 'PT2H15M',
      intervalPeriod: period(),
      intervals: [simple(0, 1), simple(1, 2)],
    }))
    expect(minutes(event, startMs).map(([from]) => from)).toEqual([0, 30, 60, 90, 120])
    expect(event?.endMs).toBe(startMs + 135 * 60_000)
  })

  it('of the event that is P9999Y loops for ever: the days around today are written out', async () => {
    const from = Date.UTC(2020, 0, 1)
    const intervalPeriod = { start: iso(from), duration: 'PT12H' }
    const event = await understood('3.1', () => ({ duration: 'P9999Y', intervalPeriod, intervals: [simple(0, 1), simple(1, 2)] }))
    const times = event?.intervals ?? []
    expect(event).toMatchObject({ kind: 'event', openEnded: false })
    expect(times[0]?.startMs).toBe(Date.UTC(2026, 6, 14))
    expect(times.at(-1)?.endMs).toBe(Date.UTC(2026, 6, 24))
    expect(times.slice(0, 3).map(({ level }) => level)).toEqual(['1', '2', '1'])
  })

  it('of PT0S from now on cancels', async () => {
    isOdd(/start: must match format "date-time"/)
    const event = await understood('3.1', () => ({ intervalPeriod: { start: '0001-01-01', duration: 'PT0S' }, intervals: [simple(0, 2)] }))
    expect(event).toBeUndefined()
  })
})
