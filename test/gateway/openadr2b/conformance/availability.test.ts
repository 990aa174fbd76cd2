/** From a device that leaves an event to the EiOpt of its resource, and back: enrollment, dispatch, availability and the VEN, against a VTN over HTTP. */
import { describe, expect, it } from 'vitest'
import { understandOpenAdr2b } from '../../../../gateway/openadr2b/understand.ts'
import { availability } from '../../../../processors/availability/processor.ts'
import { broadcaster } from '../../../../processors/broadcaster/processor.ts'
import { createDispatcher } from '../../../../processors/dispatch/processor.ts'
import { createEnrollment } from '../../../../processors/enrollment/processor.ts'
import { createInterpreter } from '../../../../processors/interpreter/processor.ts'
import { programs } from '../../../../processors/programs/processor.ts'
import type { Topology } from '../../../../processors/runtime/define.ts'
import type { EnrollmentChange } from '../../../../schemas/enrollment.ts'
import { enrollmentChanges, programCapacity, utilityEvents, utilityOpts } from '../../../../topics/catalogue.ts'
import { aChange, someAttributes } from '../../../build/changes.ts'
import { readableRenderer } from '../../../build/renderer.ts'
import { anEvent, eventually } from '../ven/rig.ts'
import { talk } from './talk.ts'

const renderers = { loopback: readableRenderer('loopback') }
const topology: Topology = {
  subTopologies: [
    {
      name: 'control',
      partitioning: 'one',
      processors: [programs, createInterpreter({ openadr2b: understandOpenAdr2b }), broadcaster, availability],
    },
    { name: 'enrollment', partitioning: 'device', processors: [createEnrollment(renderers)] },
    { name: 'dispatch', partitioning: 'device', processors: [createDispatcher(renderers)] },
  ],
  external: [],
  terminal: [],
}
const conversation = talk({ topology, terms: { settledUnit: 'resource' } })
const { rig, said, soonMs } = conversation

const change = (deviceId: string, kind: EnrollmentChange['kind'], more: Partial<EnrollmentChange> = {}) =>
  rig().log.writer.append(enrollmentChanges, aChange(kind, { deviceId, effectiveFromMs: rig().clock.nowMs(), ...more }))

/** Two devices of feeder-7, one of feeder-8, in an event that begins in an hour. */
async function inAnEvent(): Promise<string> {
  for (const [deviceId, resourceId] of [
    ['d-1', 'feeder-7'],
    ['d-2', 'feeder-7'],
    ['d-3', 'feeder-8'],
  ] as const) {
    await change(deviceId, 'registered', { attributes: someAttributes({ protocol: 'loopback' }), siteId: 'site-1' })
    await change(deviceId, 'enrolled', { programId: 'summer-shed', resourceId })
  }
  await rig().joined()
  const counted = () =>
    new Set(
      rig()
        .log.read(programCapacity)
        .flatMap(({ value }) => value?.resources.map((one) => one.resourceId) ?? []),
    )
  await eventually(() => expect(counted()).toEqual(new Set(['feeder-7', 'feeder-8'])))
  rig().vtn.postEvent(anEvent('a', soonMs()))
  await eventually(() => expect(conversation.answers()).toEqual(['a 0 200 optIn']))
  return (
    rig()
      .log.read(utilityEvents)
      .find(({ value }) => value?.kind === 'event')?.value?.eventId ?? ''
  )
}
const opts = () =>
  rig()
    .vtn.opts()
    .map(({ eventID, optType, optReason, resourceIDs }) => [eventID, optType, optReason, ...resourceIDs].join(' '))
const messages = () =>
  said()
    .map(({ name }) => name)
    .filter((name) => name.endsWith('Opt'))

describe('EiOpt follows what devices do', () => {
  it('a customer opt-out of the last device of a resource is told, and taken back when one returns', async () => {
    const eventId = await inAnEvent()
    await change('d-1', 'optedOut', { eventId, actor: 'customer' })
    await conversation.polledOn()
    expect(opts()).toEqual([])
    await change('d-2', 'optedOut', { eventId, actor: 'customer' })
    const steps = () =>
      rig()
        .log.read(utilityOpts)
        .map(({ value }) => `${value?.action} ${value?.status}`)
    await eventually(() => expect(steps()).toEqual(['create pending', 'create accepted']))
    expect(opts()).toEqual(['a optOut notParticipating feeder-7'])
    await change('d-1', 'optedIn', { eventId, actor: 'customer' })
    await eventually(() => expect(steps()).toEqual(['create pending', 'create accepted', 'cancel pending', 'cancel accepted']))
    expect(opts()).toEqual([])
    expect(messages()).toEqual(['oadrCreateOpt', 'oadrCancelOpt'])
  })

  it('an override at the device is told as one, a suspension as an outage', async () => {
    const eventId = await inAnEvent()
    await change('d-3', 'optedOut', { eventId, actor: 'device' })
    await eventually(() => expect(opts()).toEqual(['a optOut overrideStatus feeder-8']))
    await change('d-1', 'suspended')
    await change('d-2', 'suspended')
    await eventually(() => expect(opts()).toEqual(['a optOut overrideStatus feeder-8', 'a optOut outageRunStatus feeder-7']))
    await change('d-2', 'resumed')
    await eventually(() => expect(opts()).toEqual(['a optOut overrideStatus feeder-8']))
  })

  it('a VEN that was away tells what happened meanwhile, once', async () => {
    const eventId = await inAnEvent()
    const [first] = rig().vens()
    await first?.stop()
    await change('d-3', 'optedOut', { eventId, actor: 'customer' })
    rig().join()
    await eventually(() => expect(opts()).toEqual(['a optOut notParticipating feeder-8']))
    await conversation.polledOn()
    expect(messages()).toEqual(['oadrCreateOpt'])
  })
})

conversation.heldAgainstSchema()
