/** Events of the simulated VTN: posted, changed, cancelled, dropped, and what VENs opt for. */

import { afterEach, beforeEach, expect, it } from 'vitest'
import type { OadrDistributeEvent } from '../../gateway/openadr2b/types/event.ts'
import { fullEvent, simpleEvent } from './posted-events.ts'
import { createVen, register, type Ven } from './ven.ts'
import { startVtn, type Vtn } from './vtn.ts'

const hour = 3_600_000
let nowMs: number
let vtn: Vtn
let ven: Ven
let venID: string
beforeEach(async () => {
  nowMs = Date.UTC(2026, 6, 1, 12)
  vtn = await startVtn({ clock: () => nowMs })
  ven = createVen(vtn)
  venID = (await register(ven)).venID
})
afterEach(async () => {
  ven.exchange.close()
  await vtn.stop()
})

const requestEvents = () => ven.send({ type: 'oadrRequestEvent', requestID: 'sync', venID }, 'oadrDistributeEvent')
const opt = (
  message: OadrDistributeEvent,
  optType: 'optIn' | 'optOut',
  change: { eventID?: string; modificationNumber?: number; requestID?: string } = {},
) =>
  ven.send(
    {
      type: 'oadrCreatedEvent',
      eiResponse: { responseCode: '200', requestID: message.requestID },
      venID,
      eventResponses: message.events.map(({ eventID, modificationNumber }) => ({
        responseCode: '200',
        requestID: message.requestID,
        eventID,
        modificationNumber,
        optType,
        ...change,
      })),
    },
    'oadrResponse',
  )

it('sends what was posted, as the gateway reads it, by poll and on request', async () => {
  const posted = fullEvent(nowMs + 3 * hour)
  vtn.postEvent(posted)
  const polled = await ven.poll(venID, 'oadrDistributeEvent')
  const { venIDs: _, ...expected } = posted
  expect(polled.eiResponse).toBeUndefined()
  expect(polled.events).toEqual([
    { ...expected, modificationNumber: 0, createdDateTimeMs: nowMs, eventStatus: 'far', responseRequired: 'always' },
  ])
  const asked = await requestEvents()
  expect(asked.eiResponse).toMatchObject({ responseCode: '200', requestID: 'sync' })
  expect(asked.events).toEqual(polled.events)
  expect(asked.events).toEqual(vtn.events(venID))
})

it('sends every event each time, and only to the VENs that it is for', async () => {
  vtn.postEvent(simpleEvent('a', nowMs + hour))
  vtn.postEvent({ ...simpleEvent('b', nowMs + hour), venIDs: [venID] })
  vtn.postEvent({ ...simpleEvent('c', nowMs + hour), venIDs: ['another'] })
  expect((await requestEvents()).events.map((event) => event.eventID)).toEqual(['a', 'b'])
})

it.each([
  [-30 * 60_000, 'far'],
  [-5 * 60_000, 'near'],
  [0, 'active'],
  [59 * 60_000, 'active'],
])('%i ms from the start an event is %s', async (offsetMs, status) => {
  const startMs = nowMs + 3 * hour
  vtn.postEvent(fullEvent(startMs))
  nowMs = startMs + offsetMs
  expect((await requestEvents()).events.map((event) => event.eventStatus)).toEqual([status])
})

it('lets events go once they are over, but an open-ended one never', async () => {
  vtn.postEvent(simpleEvent('a', nowMs))
  vtn.postEvent({ ...simpleEvent('b', nowMs), activePeriod: { startMs: nowMs, durationS: 0 } })
  nowMs += 24 * hour
  expect((await requestEvents()).events.map((event) => event.eventID)).toEqual(['b'])
})

it('raises the modification number and sends again', async () => {
  vtn.postEvent(simpleEvent('a', nowMs + hour))
  await ven.poll(venID, 'oadrDistributeEvent')
  nowMs += 60_000
  vtn.modifyEvent('a', { activePeriod: { startMs: nowMs + hour, durationS: 7200 } })
  const { events } = await ven.poll(venID, 'oadrDistributeEvent')
  expect(events).toMatchObject([{ modificationNumber: 1, modificationDateTimeMs: nowMs, activePeriod: { durationS: 7200 } }])
  expect((await ven.poll(venID, 'oadrResponse')).eiResponse.responseCode).toBe('200')
})

it('repeats a cancelled event until the VEN has answered it', async () => {
  vtn.postEvent(simpleEvent('a', nowMs + hour))
  await opt(await ven.poll(venID, 'oadrDistributeEvent'), 'optIn')
  vtn.cancelEvent('a')
  const cancelled = await ven.poll(venID, 'oadrDistributeEvent')
  expect(cancelled.events).toMatchObject([{ eventStatus: 'cancelled', modificationNumber: 1 }])
  expect((await requestEvents()).events).toHaveLength(1)
  await opt(cancelled, 'optIn')
  expect((await requestEvents()).events).toEqual([])
})

it('drops an event without a word, for an implied cancel', async () => {
  vtn.postEvent(simpleEvent('a', nowMs + hour))
  await ven.poll(venID, 'oadrDistributeEvent')
  vtn.dropEvent('a')
  expect((await ven.poll(venID, 'oadrDistributeEvent')).events).toEqual([])
})

it('records one opt per event', async () => {
  vtn.postEvent(simpleEvent('a', nowMs + hour))
  vtn.postEvent(simpleEvent('b', nowMs + hour))
  const message = await ven.poll(venID, 'oadrDistributeEvent')
  expect((await opt(message, 'optOut')).eiResponse).toMatchObject({ responseCode: '200', requestID: message.requestID })
  const common = { venID, modificationNumber: 0, optType: 'optOut', responseCode: '200', requestID: message.requestID, receivedAtMs: nowMs }
  expect(vtn.createdEvents()).toEqual([
    { ...common, eventID: 'a' },
    { ...common, eventID: 'b' },
  ])
})

it.each([
  [{ eventID: 'other' }, '452'],
  [{ modificationNumber: 1 }, '450'],
  [{ requestID: 'invented' }, '452'],
])('refuses an answer with %j by %s', async (change, code) => {
  vtn.postEvent(simpleEvent('a', nowMs + hour))
  const message = await ven.poll(venID, 'oadrDistributeEvent')
  expect((await opt(message, 'optIn', change)).eiResponse.responseCode).toBe(code)
  expect(vtn.createdEvents()).toEqual([])
  expect(vtn.refusals()).toHaveLength(1)
})
