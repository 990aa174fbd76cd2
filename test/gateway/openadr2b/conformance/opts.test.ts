/** Conformance, EiOpt: availability that a VEN declares and takes back (OpenADR 2.0b, EiOpt). */
import { expect, it } from 'vitest'
import type { UtilityOpt } from '../../../../schemas/utility.ts'
import { utilityOpts } from '../../../../topics/catalogue.ts'
import { child, text, texts } from '../../../vtn/xml.ts'
import { eventually, HOUR_MS } from '../ven/rig.ts'
import { talk } from './talk.ts'

const conversation = talk()
const { rig, said } = conversation

const anOpt = (change: Partial<UtilityOpt> = {}): UtilityOpt => ({
  optId: 'o-1',
  vtnId: 'vtn-1',
  action: 'create',
  opt: 'optOut',
  reason: 'notParticipating',
  marketContext: 'http://utility.example/summer-shed',
  theirEventId: 'a',
  modificationNumber: 1,
  periods: [],
  resourceIds: [],
  status: 'pending',
  attempt: 0,
  detail: '',
  ...change,
})
const tell = (change: Partial<UtilityOpt> = {}) => rig().log.writer.append(utilityOpts, anOpt(change))
const steps = () =>
  rig()
    .log.read(utilityOpts)
    .flatMap(({ value }) => (value ? [`${value.action} ${value.status} ${value.attempt}`] : []))

it('oadrCreateOpt about an event names it, its modification, the market context and us', async () => {
  const ven = await rig().joined()
  await tell()
  await eventually(() => expect(steps()).toEqual(['create pending 0', 'create accepted 1']))
  const body = said('oadrCreateOpt')[0]?.body ?? {}
  expect(body).toMatchObject({
    optID: 'o-1',
    optType: 'optOut',
    optReason: 'notParticipating',
    marketContext: 'http://utility.example/summer-shed',
  })
  expect(child(body, 'qualifiedEventID')).toEqual({ eventID: 'a', modificationNumber: '1' })
  expect(text(child(body, 'eiTarget'), 'venID')).toBe(ven.state().venId)
  expect(rig().vtn.opts()).toMatchObject([{ optID: 'o-1', optType: 'optOut', eventID: 'a' }])
})

it('oadrCreateOpt about resources names them', async () => {
  await rig().joined()
  await tell({ resourceIds: ['r1', 'r2'] })
  await eventually(() => expect(rig().vtn.opts()).toHaveLength(1))
  expect(texts(child(said('oadrCreateOpt')[0]?.body ?? {}, 'eiTarget'), 'resourceID')).toEqual(['r1', 'r2'])
})

it('oadrCreateOpt about a time carries its availability and no event', async () => {
  await rig().joined()
  const fromMs = Date.UTC(2026, 6, 16, 12)
  await tell({ theirEventId: null, modificationNumber: 0, periods: [{ fromMs, untilMs: fromMs + HOUR_MS }], marketContext: null })
  await eventually(() => expect(steps()).toContain('create accepted 1'))
  const { body = {}, request = '' } = said('oadrCreateOpt')[0] ?? {}
  expect(body).not.toHaveProperty('qualifiedEventID')
  expect(body).not.toHaveProperty('marketContext')
  expect(request).toContain('2026-07-16T12:00:00Z')
  expect(request).toContain('PT1H')
})

it('a reason that the standard does not list is told as a private one', async () => {
  await rig().joined()
  await tell({ reason: 'heatwave' })
  await eventually(() => expect(text(said('oadrCreateOpt')[0]?.body ?? {}, 'optReason')).toBe('x-heatwave'))
})

it('oadrCancelOpt takes back what was declared', async () => {
  await rig().joined()
  await tell()
  await tell({ action: 'cancel' })
  await eventually(() => expect(steps()).toContain('cancel accepted 1'))
  expect(
    said()
      .map(({ name }) => name)
      .filter((name) => name.endsWith('Opt')),
  ).toEqual(['oadrCreateOpt', 'oadrCancelOpt'])
  expect(rig().vtn.opts()).toEqual([])
})

it('452: an opt that the VTN does not know is settled, not repeated', async () => {
  await rig().joined()
  await tell({ action: 'cancel', optId: 'never' })
  await eventually(() => expect(steps()).toContain('cancel refused 1'))
  await conversation.polledOn()
  expect(said('oadrCancelOpt')).toHaveLength(1)
})

it('an opt is repeated until the VTN takes it', async () => {
  await rig().joined()
  rig().proxy.misbehave('EiOpt', { status: 503, body: '' }, 2)
  await tell()
  await eventually(() => expect(steps()).toEqual(['create pending 0', 'create sent 1', 'create sent 2', 'create accepted 3']))
})

it('404: a VTN without EiOpt is left alone, and everything else goes on', async () => {
  const ven = await rig().joined()
  rig().proxy.misbehave('EiOpt', { status: 404, body: 'not found' }, 1)
  await tell()
  await eventually(() => expect(steps()).toEqual(['create pending 0', 'create refused 1']))
  expect(rig().log.read(utilityOpts).at(-1)?.value?.detail).toContain('404')
  await conversation.polledOn()
  expect(said('oadrCreateOpt')).toEqual([])
  expect(ven.state().trouble).toEqual({})
})

it('what the last process left untold is told after a restart, once', async () => {
  const first = await rig().joined()
  await first.stop()
  await tell()
  rig().join()
  await eventually(() => expect(steps()).toContain('create accepted 1'))
  await conversation.polledOn()
  expect(said('oadrCreateOpt')).toHaveLength(1)
})

it("another VTN's opt is not told to this one", async () => {
  await rig().joined()
  await tell({ vtnId: 'vtn-2' })
  await conversation.polledOn()
  expect(said('oadrCreateOpt')).toEqual([])
})

conversation.heldAgainstSchema()
