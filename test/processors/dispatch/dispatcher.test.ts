/** The dispatcher on its topics: passes, changes of devices, time. */
import { describe, expect, it } from 'vitest'
import type { ProtocolRenderer } from '../../../processors/dispatch/renderer.ts'
import { devicePresence, dispatchDecisions, enrollmentState, programCapacity } from '../../../topics/catalogue.ts'
import { hashId } from '../../../topics/ids.ts'
import { aDevice, anEnrollment } from '../../build/devices.ts'
import { anEvent, anInterval, anOrder, HOUR_MS, NOON_MS } from '../../build/events.ts'
import { readableRenderer } from '../../build/renderer.ts'
import { aProgram } from '../../build/terms.ts'
import { commandsOf, decisionsOf, newestOutcomes, sendOrder, sendStates, startDispatch } from './story.ts'

const at = (hours: number): number => NOON_MS + hours * HOUR_MS
const programs = [aProgram()]
const fleet = (count: number) => Array.from({ length: count }, (_, index) => aDevice({ deviceId: `d-${String(index).padStart(4, '0')}` }))
const always = { fromMs: 0, untilMs: null }

describe('a pass', () => {
  it('gives every device one command and one decision, in blocks by device order', () => {
    const driver = startDispatch({ workBudget: 1000 })
    sendStates(driver, fleet(1300))
    sendOrder(driver, anOrder(1, { events: [anEvent()], programs }))
    driver.run()
    const commands = commandsOf(driver)
    expect(new Set(commands.map(({ deviceId }) => deviceId)).size).toBe(1300)
    expect(commands).toHaveLength(1300)
    expect(commands[0]).toMatchObject({ seq: 1, commandId: hashId(commands[0]?.deviceId ?? '', 1), issuedMs: NOON_MS })
    expect(decisionsOf(driver)).toHaveLength(1300)
    for (const { value, causation } of driver.read(dispatchDecisions)) {
      expect(value?.deviceIds.length).toBeLessThanOrEqual(500)
      expect(value?.deviceIds).toEqual([...(value?.deviceIds ?? [])].sort())
      expect(causation).toMatch(/^dispatch\.orders\.v1-\d-0$/)
    }
  })

  it('cites the state and the connection that it knew', () => {
    const driver = startDispatch()
    sendStates(driver, [aDevice({ lastChangeOffset: 17 })])
    driver.send(devicePresence, { deviceId: 'd-1', connected: true, epoch: 42, node: 'n-1', sinceMs: NOON_MS })
    driver.run()
    sendOrder(driver, anOrder(1, { events: [anEvent()], programs }))
    driver.run()
    expect(decisionsOf(driver)).toMatchObject([{ outcome: 'sent', seq: 1, stateOffset: 17, epoch: 42, trigger: 'order' }])
  })

  it('is ended by a newer revision of its event, in mid-pass', () => {
    const driver = startDispatch({ workBudget: 10, maxRecordsPerTransaction: 1 })
    sendStates(driver, fleet(100))
    sendOrder(driver, anOrder(1, { events: [anEvent()], programs }))
    sendOrder(driver, anOrder(2, { events: [anEvent({ revision: 2, kind: 'cancelled', receivedMs: NOON_MS })] }))
    driver.run()
    expect(commandsOf(driver)).toEqual([])
    expect(decisionsOf(driver)).toEqual([])
  })

  it('leaves an order alone that is not newer than the last', () => {
    const driver = startDispatch()
    sendStates(driver, fleet(3))
    sendOrder(driver, anOrder(5, { events: [anEvent()], programs }))
    sendOrder(driver, anOrder(5, { events: [anEvent({ revision: 2, kind: 'cancelled' })] }))
    driver.run()
    expect(commandsOf(driver)).toHaveLength(3)
    expect(newestOutcomes(driver, 'E')).toEqual({ 'd-0000': 'sent', 'd-0001': 'sent', 'd-0002': 'sent' })
  })

  it('goes on past a device whose payload cannot be filled', () => {
    const faulty: ProtocolRenderer = {
      ...readableRenderer('loopback'),
      fill: (timeline, templates) => {
        if (String(templates.get('2')).includes('3500')) throw new Error('no such limit')
        return readableRenderer('loopback').fill(timeline, templates)
      },
    }
    const driver = startDispatch({}, { loopback: faulty })
    sendStates(driver, [...fleet(2), aDevice({ deviceId: 'broken', attributes: { ratedW: 7000 } })])
    sendOrder(driver, anOrder(1, { events: [anEvent()], programs }))
    driver.run()
    expect(newestOutcomes(driver, 'E')).toEqual({ 'd-0000': 'sent', 'd-0001': 'sent', broken: 'internalFault' })
    expect(driver.read(dispatchDecisions).flatMap(({ value }) => value?.faults ?? [])).toEqual(['Error: no such limit'])
    expect(commandsOf(driver)).toHaveLength(2)
  })

  it('plans events of two programs on a device once, and records both', () => {
    const two = [aProgram('A'), aProgram('B', { precedence: 2 })]
    const events = [anEvent({ eventId: 'a', programId: 'A' }), anEvent({ eventId: 'b', programId: 'B' })]
    const driver = startDispatch()
    sendStates(driver, [aDevice({ programs: two })])
    sendOrder(driver, anOrder(1, { events, programs: two }))
    driver.run()
    expect(commandsOf(driver)).toHaveLength(1)
    expect(decisionsOf(driver)).toMatchObject([
      { eventId: 'a', outcome: 'sent', seq: 1 },
      { eventId: 'b', outcome: 'outranked', outrankedBy: 'a', seq: 1 },
    ])
    sendOrder(driver, anOrder(2, { events: [{ ...events[0], revision: 2, kind: 'cancelled' } as (typeof events)[0]] }))
    driver.run()
    expect(commandsOf(driver).at(-1)).toMatchObject({ seq: 2, segments: [{ eventId: 'b' }] })
    expect(newestOutcomes(driver, 'b')).toEqual({ 'd-1': 'sent' })
  })

  it('releases and calls again as operator stops come and go', () => {
    const driver = startDispatch()
    sendStates(driver, [...fleet(2), aDevice({ deviceId: 'other', attributes: { vendor: 'zeta' } })])
    sendOrder(driver, anOrder(1, { events: [anEvent()], programs }))
    driver.run()
    sendOrder(driver, anOrder(2, { holds: [{ scope: 'vendor', id: 'acme' }], holdsChanged: true }))
    driver.run()
    expect(newestOutcomes(driver, 'E')).toEqual({ 'd-0000': 'operatorHold', 'd-0001': 'operatorHold', other: 'sent' })
    expect(commandsOf(driver, 'd-0000').at(-1)).toMatchObject({ seq: 2, segments: [], expiresMs: null })
    expect(commandsOf(driver, 'other')).toHaveLength(1)
    sendOrder(driver, anOrder(3, { holds: [], holdsChanged: true }))
    driver.run()
    expect(commandsOf(driver, 'd-0000').at(-1)).toMatchObject({ seq: 3, segments: [{ eventId: 'E' }] })
  })

  it('plans again when terms change', () => {
    const driver = startDispatch()
    sendStates(driver, fleet(1))
    sendOrder(driver, anOrder(1, { events: [anEvent()], programs }))
    driver.run()
    sendOrder(driver, anOrder(2, { programs: [aProgram('summer-shed', { dayTypes: ['sunday'] })] }))
    driver.run()
    expect(newestOutcomes(driver, 'E')).toEqual({ 'd-0000': 'outsideProgramHours' })
    expect(commandsOf(driver).at(-1)?.segments).toEqual([])
    sendOrder(driver, anOrder(3, { programs: [aProgram('summer-shed', { dayTypes: ['sunday'] })] }))
    driver.run()
    expect(decisionsOf(driver)).toHaveLength(2)
  })
})

describe('a change of a device', () => {
  it('plans that device alone, with a decision of its own', () => {
    const driver = startDispatch()
    sendStates(driver, fleet(4))
    sendOrder(driver, anOrder(1, { events: [anEvent()], programs }))
    driver.advanceTo(at(3))
    sendStates(driver, [aDevice({ deviceId: 'd-0002', lastChangeOffset: 9, optOuts: [{ eventId: 'E', actor: 'device', ...always }] })])
    expect(commandsOf(driver)).toHaveLength(5)
    expect(commandsOf(driver, 'd-0002').at(-1)).toMatchObject({ seq: 2, segments: [], issuedMs: at(3) })
    expect(decisionsOf(driver).at(-1)).toMatchObject({
      deviceId: 'd-0002',
      outcome: 'overriddenByCustomer',
      trigger: 'state',
      seq: 2,
      stateOffset: 9,
    })
  })

  it('calls a device that enrolls in mid-event', () => {
    const driver = startDispatch()
    sendOrder(driver, anOrder(1, { events: [anEvent()], programs }))
    driver.advanceTo(at(3))
    sendStates(driver, [aDevice({ enrollments: [anEnrollment('summer-shed', { fromMs: at(3) })] })])
    expect(commandsOf(driver)).toMatchObject([{ segments: [{ startMs: at(3), endMs: at(4) }] }])
  })

  it('sends the new payload when templates change under a running event', () => {
    const driver = startDispatch()
    sendStates(driver, fleet(1))
    sendOrder(driver, anOrder(1, { events: [anEvent()], programs }))
    driver.run()
    sendStates(driver, [aDevice({ deviceId: 'd-0000', attributes: { standingLimitW: 3000 } })])
    expect(commandsOf(driver).at(-1)).toMatchObject({ seq: 2, segments: [{ limitW: 3000 }] })
  })

  it('says nothing when no event concerns it', () => {
    const driver = startDispatch()
    sendOrder(driver, anOrder(1, { events: [anEvent({ programId: 'other' })], programs: [aProgram('other')] }))
    sendStates(driver, fleet(3))
    expect(decisionsOf(driver)).toEqual([])
  })

  it('releases a device whose state is deleted', () => {
    const driver = startDispatch()
    sendStates(driver, fleet(1))
    sendOrder(driver, anOrder(1, { events: [anEvent()], programs }))
    driver.run()
    driver.sendBytes(enrollmentState, null, { key: 'd-0000' })
    driver.run()
    expect(commandsOf(driver).at(-1)).toMatchObject({ seq: 2, segments: [] })
  })
})

describe('time', () => {
  it('renews an open-ended event every twelve hours until it is cancelled', () => {
    const long = [aProgram('summer-shed', { maxDurationS: 30 * 86_400 })]
    const driver = startDispatch()
    sendStates(driver, fleet(2))
    sendOrder(driver, anOrder(1, { events: [anEvent({ openEnded: true })], programs: long }))
    driver.advanceTo(at(2 + 36), HOUR_MS)
    const ends = commandsOf(driver, 'd-0000').map(({ segments }) => segments[0]?.endMs)
    expect(ends).toEqual([at(26), at(38), at(50), at(62)])
    expect(decisionsOf(driver).filter(({ trigger }) => trigger === 'tick')).toHaveLength(6)
    const cancelled = anEvent({ revision: 2, kind: 'cancelled', openEnded: true, receivedMs: at(38) })
    sendOrder(driver, anOrder(2, { events: [cancelled] }))
    driver.run()
    expect(commandsOf(driver, 'd-0000').at(-1)?.segments).toEqual([])
    driver.advanceTo(at(120), 6 * HOUR_MS)
    expect(commandsOf(driver, 'd-0000')).toHaveLength(5)
    expect(driver.store('dispatcher', 'events', 0).size + driver.store('dispatcher', 'events', 1).size).toBe(0)
  })

  it('issues a command anew before it expires ahead of its event', () => {
    const driver = startDispatch()
    sendStates(driver, fleet(1))
    const far = anEvent({ startMs: at(72), endMs: at(74) })
    sendOrder(driver, anOrder(1, { events: [far], programs }))
    driver.advanceTo(at(74), HOUR_MS)
    const commands = commandsOf(driver)
    expect(commands.length).toBeGreaterThan(1)
    for (const [index, { issuedMs, expiresMs }] of commands.entries()) {
      expect((expiresMs ?? 0) - issuedMs).toBeLessThanOrEqual(48 * HOUR_MS)
      expect(commands[index - 1]?.expiresMs ?? issuedMs).toBeGreaterThanOrEqual(issuedMs)
    }
    expect(commands.at(-1)?.expiresMs).toBe(at(74))
  })

  it('forgets an event and its wake-ups after its end, and keeps counting it', () => {
    const driver = startDispatch()
    const once = [aProgram('summer-shed', { maxEventsPerSeason: 1 })]
    sendStates(driver, fleet(1))
    sendOrder(driver, anOrder(1, { events: [anEvent()], programs: once }))
    driver.advanceTo(at(30), HOUR_MS)
    for (const partition of [0, 1]) {
      expect(driver.store('dispatcher', 'events', partition).size).toBe(0)
      expect(driver.store('dispatcher', 'wakeUps', partition).size).toBe(0)
      expect(driver.store('dispatcher', 'passes', partition).size).toBe(0)
    }
    sendOrder(driver, anOrder(2, { events: [anEvent({ eventId: 'F', startMs: at(40), endMs: at(41), receivedMs: at(30) })] }))
    driver.run()
    expect(newestOutcomes(driver, 'F')).toEqual({ 'd-0000': 'eventLimitReached' })
  })
})

describe('capacity', () => {
  const capacity = (driver: ReturnType<typeof startDispatch>) => {
    const newest = new Map(driver.read(programCapacity).map(({ key, value }) => [key, value]))
    return [...newest.values()].flatMap((sum) => sum?.buckets ?? [])
  }

  it('is published by place in the order of call, and follows what devices took', () => {
    const driver = startDispatch()
    sendOrder(driver, anOrder(1, { programs }))
    sendStates(driver, [...fleet(20), aDevice({ deviceId: 'away', suspensions: [{ programId: null, held: false, ...always }] })])
    driver.advanceTo(NOON_MS + 60_000)
    const before = capacity(driver)
    expect(before.reduce((sum, { devices }) => sum + devices, 0)).toBe(20)
    expect(before.reduce((sum, { capacityW }) => sum + capacityW, 0)).toBe(20 * 11_000)
    expect(new Set(before.map(({ eventsThisSeason }) => eventsThisSeason))).toEqual(new Set([0]))
    sendOrder(driver, anOrder(2, { events: [anEvent({ targets: [{ kind: 'device', ids: ['d-0003'] }] })] }))
    driver.advanceTo(NOON_MS + 120_000)
    expect(capacity(driver).filter(({ eventsThisSeason }) => eventsThisSeason === 1)).toMatchObject([{ devices: 1, capacityW: 11_000 }])
    const published = driver.read(programCapacity).length
    driver.advanceTo(NOON_MS + 180_000)
    expect(driver.read(programCapacity)).toHaveLength(published)
  })

  it('calls devices up to the threshold, and never drops one in a further round', () => {
    const driver = startDispatch()
    sendStates(driver, fleet(60))
    const event = anEvent({ targetW: 100_000, intervals: [anInterval(at(2), at(4), '3')] })
    const allocation = {
      eventId: 'E',
      round: 0,
      targetW: 100_000,
      calledW: 100_000,
      shortfallW: 0,
      thresholdEvents: 0,
      thresholdBucket: 20,
      division: null,
    }
    sendOrder(driver, anOrder(1, { events: [event], programs, allocations: [allocation] }))
    driver.run()
    const called = (outcomes: Record<string, string>) => Object.keys(outcomes).filter((id) => outcomes[id] === 'sent')
    const first = called(newestOutcomes(driver, 'E'))
    expect(first.length).toBeGreaterThan(0)
    expect(first.length).toBeLessThan(60)
    sendOrder(driver, anOrder(2, { allocations: [{ ...allocation, round: 1, thresholdBucket: 40 }] }))
    driver.run()
    const second = called(newestOutcomes(driver, 'E'))
    expect(second.length).toBeGreaterThan(first.length)
    expect(second).toEqual(expect.arrayContaining(first))
    expect(commandsOf(driver)).toHaveLength(second.length)
  })
})
