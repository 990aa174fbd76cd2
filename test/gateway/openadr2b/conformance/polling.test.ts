/** Conformance, OadrPoll: when a pull VEN asks, and what it makes of a VTN that cannot answer (OpenADR 2.0b, oadrPoll; RFC 9110 for HTTP). */
import { expect, it } from 'vitest'
import { text } from '../../../vtn/xml.ts'
import { anEvent, createRig, eventually } from '../ven/rig.ts'
import { talk } from './talk.ts'

const conversation = talk({ pollFreqS: 60 })
const { rig, said, soonMs } = conversation
const polls = () => rig().proxy.seen('OadrPoll')

it('at most one poll in each period that the VTN asks for', async () => {
  await rig().joined()
  const first = polls()
  const startMs = rig().clock.nowMs()
  await eventually(() => expect(polls()).toBeGreaterThan(first + 1))
  expect(rig().clock.nowMs() - startMs).toBeGreaterThanOrEqual(60_000)
})

it('a poll frequency of our own overrides the VTN', async () => {
  await rig().joined({ pollMs: 1_000 })
  const startMs = rig().clock.nowMs()
  const first = polls()
  await eventually(() => expect(polls()).toBeGreaterThan(first + 2))
  expect(rig().clock.nowMs() - startMs).toBeLessThan(60_000)
})

it('without drain, waiting messages come one a period', async () => {
  const ven = await rig().joined()
  for (let i = 0; i < 3; i++) rig().vtn.offerReport(ven.state().venId ?? '', `prices-${i}`)
  await eventually(() => expect(said('oadrRegisteredReport')).toHaveLength(1))
  const startMs = rig().clock.nowMs()
  await eventually(() => expect(said('oadrRegisteredReport')).toHaveLength(2))
  expect(rig().clock.nowMs() - startMs).toBeGreaterThan(30_000)
})

it('with drain, the VEN polls until the VTN has nothing more', async () => {
  const ven = await rig().joined({ drain: true })
  const before = polls()
  for (let i = 0; i < 5; i++) rig().vtn.offerReport(ven.state().venId ?? '', `prices-${i}`)
  await eventually(() => expect(said('oadrRegisteredReport')).toHaveLength(5))
  expect(polls() - before).toBeLessThanOrEqual(7)
})

it('oadrPoll carries the venID and nothing else', async () => {
  const ven = await rig().joined()
  const body = said('oadrPoll')[0]?.body ?? {}
  expect(text(body, 'venID')).toBe(ven.state().venId)
  expect(Object.keys(body)).toEqual(['venID'])
})

it.each([
  ['429 with seconds', 429, '30'],
  ['503 with seconds', 503, '30'],
])('%s in Retry-After: the VEN keeps away as long as it is asked to', async (_, status, retryAfter) => {
  const ven = await rig().joined({ pollMs: 1_000 })
  rig().proxy.misbehave('OadrPoll', { status, body: 'later', headers: { 'retry-after': retryAfter } }, 1)
  await eventually(() => expect(ven.state().trouble.poll).toBeDefined())
  const { untilMs = 0 } = ven.state().trouble.poll ?? {}
  expect(untilMs - rig().clock.nowMs()).toBeGreaterThan(25_000 * rig().clock.rate)
})

it('an absurd Retry-After is not believed beyond an hour', async () => {
  const ven = await rig().joined({ pollMs: 1_000 })
  rig().proxy.misbehave('OadrPoll', { status: 503, body: '', headers: { 'retry-after': '999999999' } }, 1)
  await eventually(() => expect(ven.state().trouble.poll).toBeDefined())
  expect((ven.state().trouble.poll?.untilMs ?? 0) - rig().clock.nowMs()).toBeLessThanOrEqual(3_600_000)
})

it('a VTN that rests its polls still gets the answer to an event that it sent before', async () => {
  const ven = await rig().joined({ pollMs: 1_000 })
  rig().driven.hold(true)
  rig().vtn.postEvent(anEvent('a', soonMs()))
  await eventually(() =>
    expect(
      rig()
        .vtn.traffic()
        .some(({ response }) => response.includes('>a<')),
    ).toBe(true),
  )
  rig().proxy.misbehave('OadrPoll', { status: 503, body: '', headers: { 'retry-after': '60' } }, 1)
  await eventually(() => expect(ven.state().trouble.poll).toBeDefined())
  rig().driven.hold(false)
  await eventually(() => expect(conversation.answers()).toEqual(['a 0 200 optIn']))
})

it('two VTNs are polled each at its own frequency', async () => {
  const other = await createRig({ vtnId: 'vtn-2', pollFreqS: 1 })
  await rig().joined()
  const slow = polls()
  const ven = rig().join({ vtnId: 'vtn-2', baseUrl: other.proxy.url })
  await eventually(() => expect(other.proxy.seen('OadrPoll')).toBeGreaterThan(10))
  expect(polls() - slow).toBeLessThan(5)
  await ven.stop()
  await other.stop()
})

conversation.heldAgainstSchema()
