/** One device's timeline, case by case. */
import { describe, expect, it } from 'vitest'
import { aDevice } from '../../build/devices.ts'
import { anEvent, anInterval, HOUR_MS, MINUTE_MS, NOON_MS } from '../../build/events.ts'
import { aProgram } from '../../build/terms.ts'
import { decideOn, ledgerAfter, outcomesOf, timelineOf } from './planning.ts'

const at = (hours: number): number => NOON_MS + hours * HOUR_MS

describe('a plan', () => {
  it('gives every interval its level and its limit', () => {
    const intervals = [anInterval(at(2), at(3), '1'), anInterval(at(3), at(4), '3')]
    const decision = decideOn(aDevice(), { events: [anEvent({ intervals })] })
    expect(timelineOf(decision)).toEqual([
      ['E', 120, 180, 7700],
      ['E', 180, 240, 0],
    ])
    expect(outcomesOf(decision)).toEqual({ E: 'sent' })
    expect(decision.command).toMatchObject({ expiresMs: at(4), test: 'none', calledW: 11_000 })
  })

  it('never limits above the standing limit, nor above what an explicit value says', () => {
    const standing = aDevice({ attributes: { standingLimitW: 4000 } })
    expect(timelineOf(decideOn(standing, { events: [anEvent()] }))).toEqual([['E', 120, 240, 4000]])
    const explicit = anEvent({ intervals: [anInterval(at(2), at(4), '2', 9000)] })
    expect(timelineOf(decideOn(standing, { events: [explicit] }))).toEqual([['E', 120, 240, 4000]])
    expect(timelineOf(decideOn(aDevice(), { events: [explicit] }))).toEqual([['E', 120, 240, 9000]])
  })

  it('lets the program of the lower precedence take the device for its time, and hands back', () => {
    const programs = [aProgram('A', { precedence: 1 }), aProgram('B', { precedence: 2 })]
    const a = anEvent({ eventId: 'a', programId: 'A', startMs: at(2.5), endMs: at(3) })
    const b = anEvent({ eventId: 'b', programId: 'B', intervals: [anInterval(at(2), at(4), '1')] })
    const device = aDevice({ programs })
    expect(timelineOf(decideOn(device, { programs, events: [a, b] }))).toEqual([
      ['b', 120, 150, 7700],
      ['a', 150, 180, 5500],
      ['b', 180, 240, 7700],
    ])
    const cancelled = [a, b, { ...a, revision: 2, kind: 'cancelled' as const }]
    expect(timelineOf(decideOn(device, { programs, events: cancelled }))).toEqual([['b', 120, 240, 7700]])
  })

  it('hands payloads to the protocol by program and level when one timeline is of two programs', () => {
    const programs = [aProgram('A'), aProgram('B', { precedence: 2, levels: [{ level: '2', limitPermille: 100 }] })]
    const events = [
      anEvent({ eventId: 'a', programId: 'A', startMs: at(2), endMs: at(3) }),
      anEvent({ eventId: 'b', programId: 'B', startMs: at(3), endMs: at(4) }),
    ]
    const { command } = decideOn(aDevice({ programs }), { programs, events })
    const filled = JSON.parse(String(command?.payload)) as { template: { limitW: number } }[]
    expect(filled.map(({ template }) => template.limitW)).toEqual([5500, 1100])
  })

  it('orders events of one program by rank, then start, then id', () => {
    const base = { startMs: at(2), endMs: at(4) }
    const late = anEvent({ ...base, eventId: 'late', startMs: at(2.5), rank: 1 })
    const first = anEvent({ ...base, eventId: 'first', rank: 2 })
    expect(outcomesOf(decideOn(aDevice(), { events: [first, late] }))).toEqual({ late: 'sent', first: 'sent' })
    const twin = anEvent({ ...base, eventId: 'twin', rank: 2 })
    const decision = decideOn(aDevice(), { events: [twin, first] })
    expect(outcomesOf(decision)).toEqual({ first: 'sent', twin: 'outranked' })
    expect(decision.verdicts.find(({ outcome }) => outcome === 'outranked')?.outrankedBy).toBe('first')
  })

  it('plans two events of one day as one timeline', () => {
    const events = [anEvent({ eventId: 'a', endMs: at(3) }), anEvent({ eventId: 'b', startMs: at(5), endMs: at(6) })]
    expect(timelineOf(decideOn(aDevice(), { events }))).toEqual([
      ['a', 120, 180, 5500],
      ['b', 300, 360, 5500],
    ])
  })

  it('cuts out the time of a suspension and of an opt-out', () => {
    const suspended = aDevice({ suspensions: [{ programId: null, held: false, fromMs: at(2.5), untilMs: at(3) }] })
    expect(timelineOf(decideOn(suspended, { events: [anEvent()] }))).toEqual([
      ['E', 120, 150, 5500],
      ['E', 180, 240, 5500],
    ])
    const out = aDevice({ optOuts: [{ eventId: 'E', actor: 'customer', fromMs: at(3), untilMs: null }] })
    expect(timelineOf(decideOn(out, { events: [anEvent()] }))).toEqual([['E', 120, 180, 5500]])
  })

  it('serves a late or an ending enrollment for its part of the event', () => {
    const [enrollment] = aDevice().enrollments
    if (!enrollment) throw new Error('the builder enrolls')
    const partly = aDevice({ enrollments: [{ ...enrollment, fromMs: at(2.5), untilMs: at(3) }] })
    expect(timelineOf(decideOn(partly, { events: [anEvent()] }))).toEqual([['E', 150, 180, 5500]])
    const ending = aDevice({ terminatedMs: at(3) })
    expect(timelineOf(decideOn(ending, { events: [anEvent()] }))).toEqual([['E', 120, 180, 5500]])
  })

  it('sends a release when a running event is cancelled, and nothing more after', () => {
    const device = aDevice()
    const told = ledgerAfter(decideOn(device, { events: [anEvent()] }))
    const scene = { events: [anEvent(), anEvent({ revision: 2, kind: 'cancelled', receivedMs: at(3) })], nowMs: at(3) }
    const release = decideOn(device, scene, told)
    expect(release.command).toMatchObject({ segments: [], expiresMs: null, test: 'none', calledW: 0 })
    expect(outcomesOf(release)).toEqual({ E: 'released' })
    const after = ledgerAfter(release, told)
    expect(after.heldUntilMs).toBe(at(4))
    expect(decideOn(device, scene, after)).toEqual({ verdicts: [], command: null, ledger: null })
  })

  it('says nothing about a cancelled event that the device never had', () => {
    const scene = { events: [anEvent(), anEvent({ revision: 2, kind: 'cancelled' })] }
    expect(decideOn(aDevice(), scene)).toEqual({ verdicts: [], command: null, ledger: null })
  })

  it('sends only a difference in effect', () => {
    const device = aDevice()
    const told = ledgerAfter(decideOn(device, { events: [anEvent()] }))
    expect(decideOn(device, { events: [anEvent()] }, told).command).toBeNull()
    expect(decideOn(device, { events: [anEvent()], nowMs: at(3) }, told).command).toBeNull()
    const shorter = anEvent({ revision: 2, endMs: at(3.5) })
    expect(timelineOf(decideOn(device, { events: [shorter], nowMs: at(3) }, told))).toEqual([['E', 120, 210, 5500]])
  })

  it('counts notice of a change in mid-event from the first time the start was known', () => {
    const programs = [aProgram('summer-shed', { noticeS: 3600 })]
    const changed = anEvent({ revision: 2, endMs: at(5), receivedMs: at(3) })
    const scene = { programs, events: [anEvent(), changed], nowMs: at(3) }
    expect(outcomesOf(decideOn(aDevice(), scene))).toEqual({ E: 'sent' })
    const earlier = anEvent({ revision: 2, startMs: at(1.5), endMs: at(4), receivedMs: at(1) })
    expect(outcomesOf(decideOn(aDevice(), { ...scene, events: [anEvent(), earlier], nowMs: at(1) }))).toEqual({ E: 'noticeTooShort' })
  })

  it('starts the ramp before the event', () => {
    const programs = [aProgram('summer-shed', { rampS: 600 })]
    expect(timelineOf(decideOn(aDevice({ programs }), { programs, events: [anEvent()] }))).toEqual([['E', 110, 240, 5500]])
  })

  it('marks a command of drills as a drill, and one with a real event as real', () => {
    const drill = anEvent({ eventId: 'drill', test: 'drill' })
    expect(decideOn(aDevice(), { events: [drill] }).command?.test).toBe('drill')
    const test = anEvent({ eventId: 'test', test: 'performanceTest', startMs: at(5), endMs: at(6) })
    expect(decideOn(aDevice(), { events: [drill, test] }).command?.test).toBe('performanceTest')
    const real = anEvent({ eventId: 'real', startMs: at(7), endMs: at(8) })
    expect(decideOn(aDevice(), { events: [drill, test, real] }).command?.test).toBe('none')
  })

  it('gives an open-ended event in pieces of at most a day, and renews them', () => {
    const programs = [aProgram('summer-shed', { maxDurationS: 30 * 86_400 })]
    const event = anEvent({ openEnded: true })
    const first = decideOn(aDevice(), { programs, events: [event] })
    expect(timelineOf(first)).toEqual([['E', 120, 26 * 60, 5500]])
    const told = ledgerAfter(first)
    expect(decideOn(aDevice(), { programs, events: [event], nowMs: at(13.9) }, told).command).toBeNull()
    expect(timelineOf(decideOn(aDevice(), { programs, events: [event], nowMs: at(14) }, told))).toEqual([['E', 120, 38 * 60, 5500]])
  })

  it('ends an open-ended event where the longest duration ends', () => {
    expect(timelineOf(decideOn(aDevice(), { events: [anEvent({ openEnded: true })] }))).toEqual([['E', 120, 360, 5500]])
  })

  it('issues a command anew that would expire before its last segment, and a release that may not have arrived', () => {
    const far = anEvent({ startMs: at(96), endMs: at(98) })
    const first = decideOn(aDevice(), { events: [far] })
    expect(first.command?.expiresMs).toBe(at(48))
    const told = ledgerAfter(first)
    expect(decideOn(aDevice(), { events: [far], nowMs: at(23) }, told).command).toBeNull()
    expect(decideOn(aDevice(), { events: [far], nowMs: at(24) }, told).command?.expiresMs).toBe(at(72))
    const events = [far, { ...far, revision: 2, kind: 'cancelled' as const }]
    const released = ledgerAfter(decideOn(aDevice(), { events }, told), told)
    expect(decideOn(aDevice(), { events, nowMs: at(23) }, released).command).toBeNull()
    expect(decideOn(aDevice(), { events, nowMs: at(24) }, released).command).toMatchObject({ segments: [], expiresMs: null })
  })

  it('keeps a running event although less is left than is worth starting', () => {
    const programs = [aProgram('summer-shed', { minUsefulS: 600 })]
    const told = ledgerAfter(decideOn(aDevice(), { programs, events: [anEvent()] }))
    const scene = { programs, events: [anEvent()], nowMs: at(4) - 5 * MINUTE_MS }
    expect(outcomesOf(decideOn(aDevice(), scene, told))).toEqual({ E: 'sent' })
    expect(outcomesOf(decideOn(aDevice(), scene))).toEqual({ E: 'tooLate' })
  })

  it('lets an event rest as long from another whichever of the two has begun, also where its start is randomized', () => {
    const programs = [aProgram('A', { restS: 1800, minDurationS: 0 })]
    const running = anEvent({ eventId: 'e0', programId: 'A', rank: 2, startMs: at(0), endMs: at(12 / 60), receivedMs: at(-3) })
    const coming = anEvent({ eventId: 'e1', programId: 'A', rank: 1, startMs: at(32 / 60), endMs: at(37 / 60), randomizeStartS: 600 })
    const scene = { programs, events: [running, coming], nowMs: at(9 / 60) }
    const device = aDevice({ programs })
    const first = decideOn(device, scene)
    expect(decideOn(device, scene, ledgerAfter(first))).toMatchObject({ command: null, ledger: null })
    expect(outcomesOf(first)).toEqual({ e0: 'eventLimitReached', e1: 'sent' })
  })

  it('does not let an event under a limit when its ramp or first interval is over', () => {
    const programs = [aProgram('A', { rampS: 120, restS: 1800, minDurationS: 0 })]
    const real = anEvent({ eventId: 'real', programId: 'A', startMs: at(0), endMs: at(5 / 60) })
    const intervals = [anInterval(at(35 / 60), at(40 / 60)), anInterval(at(40 / 60), at(45 / 60))]
    const drill = anEvent({ eventId: 'drill', programId: 'A', test: 'drill', intervals })
    const device = aDevice({ programs })
    const scene = { programs, events: [real, drill] }
    const told = ledgerAfter(decideOn(device, scene))
    const later = decideOn(device, { ...scene, nowMs: at(40 / 60) }, told)
    expect(outcomesOf(later)).toEqual({ real: 'tooLate', drill: 'eventLimitReached' })
    expect(later.command).toBeNull()
  })

  it('counts an event that was put off before it began from its new start', () => {
    const programs = [aProgram('A', { maxHoursPerSeason: 1 })]
    const event = anEvent({ programId: 'A', startMs: at(1), endMs: at(2) })
    const device = aDevice({ programs })
    const told = ledgerAfter(decideOn(device, { programs, events: [event] }))
    const putOff = anEvent({ programId: 'A', startMs: at(3), endMs: at(4), revision: 2 })
    const scene = { programs, events: [event, putOff], nowMs: at(0.5) }
    expect(timelineOf(decideOn(device, scene, told))).toEqual([['E', 180, 240, 5500]])
  })

  it('counts an event under way that became longer against those before it, at once', () => {
    const programs = [aProgram('A', { maxHoursPerSeason: 2 })]
    const running = anEvent({ eventId: 'running', programId: 'A', rank: 2, startMs: at(0), endMs: at(1), receivedMs: at(-1) })
    const coming = anEvent({ eventId: 'coming', programId: 'A', rank: 1, startMs: at(3), endMs: at(4) })
    const device = aDevice({ programs })
    const told = ledgerAfter(decideOn(device, { programs, events: [running, coming] }))
    const longer = { ...running, revision: 2, endMs: at(2), intervals: [anInterval(at(0), at(2))] }
    const scene = { programs, events: [running, coming, longer], nowMs: at(0.5) }
    const changed = decideOn(device, scene, told)
    expect(outcomesOf(changed)).toEqual({ coming: 'eventLimitReached', running: 'sent' })
    expect(decideOn(device, scene, ledgerAfter(changed))).toMatchObject({ command: null, ledger: null })
  })
})
