/** Starts and ends spread over devices, the same at every plan. */
import { describe, expect, it } from 'vitest'
import { hash32, offsetS } from '../../../processors/dispatch/seed.ts'
import { aDevice } from '../../build/devices.ts'
import { anEvent, HOUR_MS, NOON_MS } from '../../build/events.ts'
import { aProgram } from '../../build/terms.ts'
import { decideOn, ledgerAfter, timelineOf } from './planning.ts'

const at = (hours: number): number => NOON_MS + hours * HOUR_MS
const seed = hash32('E')
const minutes = (spreadS: number, deviceId: string): number => offsetS(spreadS, deviceId, seed) / 60

describe('a stagger', () => {
  it('covers its whole range evenly', () => {
    const offsets = Array.from({ length: 6100 }, (_, index) => offsetS(60, `device-${index}`, seed))
    const counts = Array.from({ length: 61 }, (_, second) => offsets.filter((offset) => offset === second).length)
    expect(Math.min(...counts)).toBeGreaterThan(50)
    expect(Math.max(...counts)).toBeLessThan(160)
  })

  it('delays start and end of the program by their own seconds', () => {
    const programs = [aProgram('summer-shed', { startStaggerS: 600, releaseStaggerS: 300 })]
    for (const deviceId of ['a', 'b', 'c']) {
      const timeline = timelineOf(decideOn(aDevice({ deviceId, programs }), { programs, events: [anEvent()] }))
      expect(timeline).toEqual([['E', 120 + minutes(600, deviceId), 240 + minutes(300, deviceId), 5500]])
    }
  })

  it('shifts a randomized event as a whole, and in one layer only', () => {
    const programs = [aProgram('summer-shed', { startStaggerS: 600, releaseStaggerS: 300 })]
    const event = anEvent({ randomizeStartS: 900 })
    for (const deviceId of ['a', 'b', 'c']) {
      const shift = minutes(900, deviceId)
      const timeline = timelineOf(decideOn(aDevice({ deviceId, programs }), { programs, events: [event] }))
      expect(timeline).toEqual([['E', 120 + shift, 240 + shift, 5500]])
    }
  })

  it('ends a cancelled event as many seconds after the cancellation', () => {
    const programs = [aProgram('summer-shed', { releaseStaggerS: 600 })]
    const device = aDevice({ deviceId: 'b', programs })
    const told = ledgerAfter(decideOn(device, { programs, events: [anEvent()] }))
    const cancelled = anEvent({ revision: 2, kind: 'cancelled', receivedMs: at(3) })
    const decision = decideOn(device, { programs, events: [anEvent(), cancelled], nowMs: at(3) }, told)
    expect(minutes(600, 'b')).toBeGreaterThan(0)
    expect(timelineOf(decision)).toEqual([['E', 120, 180 + minutes(600, 'b'), 5500]])
    const early = anEvent({ revision: 2, kind: 'cancelled', receivedMs: at(2) - 1000 })
    const before = decideOn(device, { programs, events: [anEvent(), early], nowMs: at(2) - 1000 }, told)
    expect(timelineOf(before)).toEqual([])
  })
})
