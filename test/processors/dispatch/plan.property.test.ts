/** Laws of the plan, for any events, devices and times. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UNTOLD } from '../../../processors/dispatch/ledger.ts'
import type { UtilityEvent } from '../../../schemas/utility.ts'
import { MINUTE_MS } from '../../build/events.ts'
import { aProgram } from '../../build/terms.ts'
import { decideOn, ledgerAfter, outcomesOf, type Scene, timelineOf } from './planning.ts'
import { scenes } from './scenes.ts'

type AnyScene = typeof scenes extends fc.Arbitrary<infer S> ? S : never

const law = (check: (scene: AnyScene) => void, numRuns = 400): void => fc.assert(fc.property(scenes, check), { numRuns })

/** Cheap laws that were once broken in one of some ten thousand scenes. */
const MANY = 5_000

/** Two events, then a third, then the first is put off by an hour, then the second is cancelled. */
function happenings(events: readonly UtilityEvent[], firstMs: number, lastMs: number): readonly Pick<Scene, 'events' | 'nowMs'>[] {
  const middleMs = Math.floor((firstMs + lastMs) / 2)
  const putOff = events.slice(0, 1).map((event) => putOffByAnHour(event, middleMs))
  const cancelled = events.slice(1, 2).map((event) => ({ ...event, revision: 2, kind: 'cancelled' as const, receivedMs: lastMs }))
  return [
    { events: events.slice(0, 2), nowMs: firstMs },
    { events: events.slice(0, 3), nowMs: middleMs },
    { events: [...events, ...putOff], nowMs: middleMs },
    { events: [...events, ...putOff, ...cancelled], nowMs: lastMs },
  ]
}

function putOffByAnHour(event: UtilityEvent, receivedMs: number): UtilityEvent {
  const later = <T extends { readonly startMs: number; readonly endMs: number }>(span: T): T => ({
    ...span,
    startMs: span.startMs + 60 * MINUTE_MS,
    endMs: span.endMs + 60 * MINUTE_MS,
  })
  return { ...later(event), revision: 2, receivedMs, intervals: event.intervals.map(later) }
}

describe('any plan', () => {
  it('has segments that never overlap, never exceed the standing limit, and have not ended', () => {
    law(({ device, nowMs, ...scene }) => {
      const segments = decideOn(device, { ...scene, nowMs }).command?.segments ?? []
      for (const [index, segment] of segments.entries()) {
        expect(segment.startMs).toBeLessThan(segment.endMs)
        expect(segment.endMs).toBeGreaterThan(nowMs)
        expect(segment.limitW).toBeLessThanOrEqual(device.attributes.standingLimitW ?? Number.POSITIVE_INFINITY)
        expect(segment.startMs).toBeGreaterThanOrEqual(segments[index - 1]?.endMs ?? 0)
      }
    })
  })

  it('has no segment outside its event, but for ramp, randomization and stagger', () => {
    law(({ device, ...scene }) => {
      for (const { eventId, startMs, endMs } of decideOn(device, scene).command?.segments ?? []) {
        const event = scene.events.find((one) => one.eventId === eventId)
        const terms = scene.programs.find(({ programId }) => programId === event?.programId)?.versions[0]?.terms
        if (!event || !terms) throw new Error(`segment of unknown event ${eventId}`)
        expect(startMs).toBeGreaterThanOrEqual(event.startMs - terms.rampS * 1000)
        expect(endMs).toBeLessThanOrEqual(event.endMs + Math.max(event.randomizeStartS, terms.releaseStaggerS) * 1000)
      }
    })
  })

  it('does not depend on the order of what it is given', () => {
    law(({ device, ...scene }) => {
      const turned = { ...scene, events: scene.events.toReversed(), programs: scene.programs.toReversed() }
      expect(decideOn(device, turned)).toEqual(decideOn(device, scene))
    })
  })

  it('changes nothing when it is made twice', () => {
    law(({ device, ...scene }) => {
      const told = ledgerAfter(decideOn(device, scene))
      const { command, ledger } = decideOn(device, scene, told)
      expect([command, ledger]).toEqual([null, null])
    }, MANY)
  })

  it('changes nothing when it is made twice, while events come, change and go', () => {
    law(({ device, nowMs, laterMs, ...scene }) => {
      let told = UNTOLD
      for (const step of happenings(scene.events, Math.min(nowMs, laterMs), Math.max(nowMs, laterMs))) {
        told = ledgerAfter(decideOn(device, { ...scene, ...step }, told), told)
        const { command, ledger } = decideOn(device, { ...scene, ...step }, told)
        expect([command, ledger]).toEqual([null, null])
      }
    }, MANY)
  })

  it('sends nothing as time alone goes by', () => {
    law(({ device, laterMs, ...scene }) => {
      const told = ledgerAfter(decideOn(device, scene))
      expect(decideOn(device, { ...scene, nowMs: Math.max(scene.nowMs, laterMs) }, told).command).toBeNull()
    }, MANY)
  })

  it('says one thing of each event of the programs that know the device', () => {
    law(({ device, ...scene }) => {
      const own = scene.events.filter(({ programId }) => device.enrollments.some((one) => one.programId === programId))
      expect(Object.keys(outcomesOf(decideOn(device, scene))).sort()).toEqual(own.map(({ eventId }) => eventId).sort())
    })
  })

  it('comes out the same whatever was told before, when no limit counts events', () => {
    law(({ device, ...scene }) => {
      const unlimited = scene.programs.map(({ programId, versions }) =>
        aProgram(programId, { ...versions[0]?.terms, maxEventsPerDay: null, maxHoursPerSeason: null, restS: 0, minUsefulS: 0 }),
      )
      const fewer = { ...scene, programs: unlimited, events: scene.events.slice(1) }
      const told = ledgerAfter(decideOn(device, fewer))
      const fresh = decideOn(device, { ...scene, programs: unlimited })
      const changed = decideOn(device, { ...scene, programs: unlimited }, told)
      if (changed.command) expect(timelineOf(changed)).toEqual(timelineOf(fresh) ?? [])
      else expect(told.segments).toEqual(fresh.ledger?.segments ?? [])
    })
  })

  it('is empty when everything is cancelled and no stagger holds an end back', () => {
    law(({ device, ...scene }) => {
      const calm = scene.programs.map(({ programId, versions }) => aProgram(programId, { ...versions[0]?.terms, releaseStaggerS: 0 }))
      const plain = scene.events.map((event) => ({ ...event, randomizeStartS: 0 }))
      const told = ledgerAfter(decideOn(device, { ...scene, programs: calm, events: plain }))
      const cancelled = plain.map((event) => ({ ...event, revision: 2, kind: 'cancelled' as const, receivedMs: scene.nowMs }))
      const decision = decideOn(device, { ...scene, programs: calm, events: [...plain, ...cancelled] }, told)
      expect(ledgerAfter(decision, told).segments).toEqual([])
      expect(decision.command === null).toBe(told.segments.length === 0)
    })
  })
})
