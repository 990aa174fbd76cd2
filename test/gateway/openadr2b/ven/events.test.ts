/** Events between a VTN and Drover: understood by the interpreter, answered once, and answered right. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { utilityEvents, utilitySessions, utilitySignals } from '../../../../topics/catalogue.ts'
import { anEvent, createRig, eventually, HOUR_MS, type Rig } from './rig.ts'

let rig: Rig
let soonMs: number
beforeEach(async () => {
  rig = await createRig()
  soonMs = rig.clock.nowMs() + HOUR_MS
})
afterEach(() => rig.stop())

const answers = () =>
  rig.vtn
    .createdEvents()
    .map(({ eventID, modificationNumber, optType, responseCode }) => [eventID, modificationNumber, responseCode, optType].join(' '))
const sent = () => rig.vtn.traffic().filter(({ request }) => request.includes('oadrCreatedEvent'))
const kinds = () => rig.log.read(utilityEvents).map(({ value }) => `${value?.theirEventId} ${value?.kind}`)

it('opts in to an event, citing the request that carried it', async () => {
  await rig.joined()
  rig.vtn.postEvent(anEvent('a', soonMs))
  await eventually(() => expect(answers()).toEqual(['a 0 200 optIn']))
  const [event] = rig.log.read(utilityEvents)
  expect(event?.value).toMatchObject({ kind: 'event', programId: 'summer-shed', startMs: soonMs, signal: { topic: utilitySignals.name } })
  const signal = rig.log.read(utilitySignals)[event?.value?.signal?.offset ?? -1]
  expect(String(signal?.value?.body)).toContain('oadrDistributeEvent')
  await eventually(() =>
    expect(rig.log.read(utilitySessions).at(-1)?.value).toMatchObject({
      kind: 'eventAnswered',
      answer: { eventId: event?.value?.eventId, theirEventId: 'a', opt: 'optIn', responseCode: '200', vtnCode: '200' },
    }),
  )
})

it('answers all events of one message in one message', async () => {
  rig.vtn.postEvent(anEvent('a', soonMs))
  rig.vtn.postEvent(anEvent('b', soonMs + 2 * HOUR_MS))
  rig.vtn.postEvent(anEvent('silent', soonMs + 4 * HOUR_MS, { responseRequired: 'never' }))
  await rig.joined()
  await eventually(() => expect(answers()).toEqual(['a 0 200 optIn', 'b 0 200 optIn']))
  expect(sent()).toHaveLength(1)
  expect(kinds()).toContain('silent event')
})

it('follows an event through change and cancellation', async () => {
  await rig.joined()
  rig.vtn.postEvent(anEvent('a', soonMs))
  await eventually(() => expect(answers()).toEqual(['a 0 200 optIn']))
  rig.vtn.modifyEvent('a', { activePeriod: { startMs: soonMs + HOUR_MS, durationS: 3600 } })
  await eventually(() => expect(answers()).toEqual(['a 0 200 optIn', 'a 1 200 optIn']))
  rig.vtn.cancelEvent('a')
  await eventually(() => expect(answers()).toEqual(['a 0 200 optIn', 'a 1 200 optIn', 'a 2 200 optIn']))
  expect(kinds()).toEqual(['a event', 'a event', 'a cancelled'])
})

it('takes an event that is left out as cancelled, and has nothing to answer', async () => {
  await rig.joined()
  rig.vtn.postEvent(anEvent('a', soonMs))
  await eventually(() => expect(answers()).toEqual(['a 0 200 optIn']))
  rig.vtn.dropEvent('a')
  await eventually(() => expect(kinds()).toEqual(['a event', 'a cancelled']))
  const polls = rig.proxy.seen('OadrPoll')
  await eventually(() => expect(rig.proxy.seen('OadrPoll')).toBeGreaterThan(polls + 2))
  expect(sent()).toHaveLength(1)
})

const signals = (change: object) => [
  { signalID: 's', signalName: 'SIMPLE', signalType: 'level', targets: [], intervals: [{ durationS: 3600, value: 2 }], ...change },
]

it.each([
  ['453', 'an unknown market context', { marketContext: 'http://nobody.example' }],
  ['460', 'a level without meaning', { signals: signals({ intervals: [{ durationS: 3600, value: 9 }] }) }],
  ['460', 'a signal without meaning', { signals: signals({ signalName: 'BID_LOAD' }) }],
  ['452', 'the VEN of somebody else', { targets: [{ kind: 'venID', id: 'another' }] }],
  ['452', 'a sort of target that is not supported', { targets: [{ kind: 'pnode', id: 'p' }] }],
] as const)('refuses with %s for %s', async (code, _, change) => {
  rig.vtn.postEvent(anEvent('odd', soonMs, change as object))
  await rig.joined()
  await eventually(() => expect(answers()).toEqual([`odd 0 ${code} optOut`]))
  expect(rig.log.read(utilityEvents).at(-1)?.value?.kind).toBe('refused')
})

it('refuses a stale modification by 450 and keeps the event', async () => {
  await rig.joined()
  rig.vtn.postEvent(anEvent('a', soonMs))
  await eventually(() => expect(answers()).toHaveLength(1))
  const stale =
    rig.vtn.traffic().find(({ response }) => response.includes('oadrDistributeEvent') && response.includes('>a<'))?.response ?? ''
  rig.vtn.modifyEvent('a', { priority: 1 })
  await eventually(() => expect(answers()).toEqual(['a 0 200 optIn', 'a 1 200 optIn']))
  rig.vtn.sendRaw(Buffer.from(stale))
  await eventually(() => expect(answers()).toEqual(['a 0 200 optIn', 'a 1 200 optIn', 'a 0 450 optOut']))
  expect(kinds()).toEqual(['a event', 'a event', 'a refused'])
})

it('agrees to the cancellation of an event that it never knew', async () => {
  rig.vtn.postEvent(anEvent('gone', soonMs))
  rig.vtn.cancelEvent('gone')
  await rig.joined()
  await eventually(() => expect(answers()).toEqual(['gone 1 200 optIn']))
  expect(kinds()).toEqual([])
})

it('waits for the interpreter, and polls meanwhile', async () => {
  const ven = await rig.joined()
  rig.driven.hold(true)
  rig.vtn.postEvent(anEvent('a', soonMs))
  const polls = rig.proxy.seen('OadrPoll')
  await eventually(() => expect(rig.proxy.seen('OadrPoll')).toBeGreaterThan(polls + 3))
  expect(answers()).toEqual([])
  rig.driven.hold(false)
  await eventually(() => expect(answers()).toEqual(['a 0 200 optIn']))
  expect(ven.state().trouble).toEqual({})
})

it('answers no event twice across a restart in its middle', async () => {
  const first = await rig.joined()
  rig.vtn.postEvent(anEvent('a', rig.clock.nowMs() - 60_000))
  await eventually(() => expect(answers()).toEqual(['a 0 200 optIn']))
  await first.stop()
  const asked = () => rig.vtn.traffic().filter(({ request, response }) => request.includes('oadrRequestEvent') && response.includes('>a<'))
  const before = asked().length
  rig.join()
  await eventually(() => expect(asked().length).toBeGreaterThan(before))
  const polls = rig.proxy.seen('OadrPoll')
  await eventually(() => expect(rig.proxy.seen('OadrPoll')).toBeGreaterThan(polls + 5))
  expect(sent()).toHaveLength(1)
  expect(kinds()).toEqual(['a event'])
})

it('answers after a restart what the last process left unanswered', async () => {
  const first = await rig.joined()
  rig.driven.hold(true)
  rig.vtn.postEvent(anEvent('a', soonMs))
  await eventually(() => expect(rig.log.read(utilitySignals).some(({ value }) => String(value?.body).includes('>a<'))).toBe(true))
  await first.stop()
  expect(answers()).toEqual([])
  rig.driven.hold(false)
  rig.join()
  await eventually(() => expect(answers()).toEqual(['a 0 200 optIn']))
})

it('repeats an answer that the VTN failed to take', async () => {
  await rig.joined()
  rig.proxy.misbehave('EiEvent', { status: 503, body: 'busy' }, 2)
  rig.vtn.postEvent(anEvent('a', soonMs))
  await eventually(() => expect(answers()).toEqual(['a 0 200 optIn']))
  await eventually(() => expect(rig.log.read(utilitySessions).filter(({ value }) => value?.kind === 'eventAnswered')).toHaveLength(1))
})

it('refuses as a whole what another VTN sent', async () => {
  const ven = await rig.joined()
  rig.vtn.postEvent(anEvent('a', soonMs))
  await eventually(() => expect(answers()).toHaveLength(1))
  const genuine =
    rig.vtn.traffic().find(({ response }) => response.includes('oadrDistributeEvent') && response.includes('>a<'))?.response ?? ''
  rig.vtn.sendRaw(Buffer.from(genuine.replaceAll('>vtn-1<', '>vtn-2<').replaceAll('>a<', '>b<')))
  await eventually(() => expect(sent().at(-1)?.request).toContain('<ei:responseCode>452</ei:responseCode>'))
  expect(kinds()).toEqual(['a event'])
  expect(ven.state().stage).toBe('registered')
})
