/** Our VEN and its resources at a VTN (schemas ven and resource) are kept in step with enrollment, where the program settles resources. */
import { describe, expect, it } from 'vitest'
import type { DeviceState } from '../../../../schemas/enrollment.ts'
import { enrollmentState } from '../../../../topics/catalogue.ts'
import { aDevice, anEnrollment } from '../../../build/devices.ts'
import { eventually, type Rig } from '../rig.ts'
import { aRig, stopRigs } from './understood.ts'

stopRigs()

const showing = { terms: { settledUnit: 'resource' as const } }
const enroll = (rig: Rig, deviceId: string, resourceId: string | null, change: Partial<DeviceState> = {}) =>
  rig.log.writer.append(
    enrollmentState,
    aDevice({
      deviceId,
      attributes: { ratedW: 7000 },
      enrollments: [anEnrollment('summer-shed', { resourceId })],
      templates: [],
      ...change,
    }),
  )
const resources = (rig: Rig) =>
  rig.vtn.objects
    .all('resources')
    .map(({ resourceName, attributes }) => [
      resourceName,
      (attributes as readonly { type: string; values: unknown[] }[] | undefined)?.find(({ type }) => type === 'MAX_POWER_CONSUMPTION')
        ?.values[0],
    ])
const writes = (rig: Rig) => rig.vtn.requests().filter(({ method, path }) => method !== 'GET' && /^(vens|resources)/.test(path))

describe.each(['3.0', '3.1'] as const)('%s: our VEN and its resources', (revision) => {
  it('are made, with the power of their devices', async () => {
    const rig = await aRig(revision, showing)
    await enroll(rig, 'd-1', 'feeder-7')
    await enroll(rig, 'd-2', 'feeder-7')
    await enroll(rig, 'd-3', 'feeder-8')
    const ven = rig.join()
    await eventually(() =>
      expect(resources(rig)).toEqual([
        ['feeder-7', 14],
        ['feeder-8', 7],
      ]),
    )
    expect(rig.vtn.objects.all('vens')).toMatchObject([{ venName: 'herd' }])
    await eventually(() => expect(ven.state().venId).toBe(rig.vtn.objects.all('vens')[0]?.id))
    expect(rig.vtn.violations()).toEqual([])
  })

  it('follow enrollment: changed, and deleted when their last device leaves', async () => {
    const rig = await aRig(revision, showing)
    await enroll(rig, 'd-1', 'feeder-7')
    await enroll(rig, 'd-2', 'feeder-7')
    const ven = rig.join()
    await eventually(() => expect(resources(rig)).toEqual([['feeder-7', 14]]))
    await enroll(rig, 'd-2', 'feeder-7', { terminatedMs: rig.clock.nowMs() })
    await eventually(() => expect(resources(rig)).toEqual([['feeder-7', 7]]))
    await enroll(rig, 'd-1', null)
    await eventually(() => expect(resources(rig)).toEqual([]))
    expect(rig.vtn.violations()).toEqual([])
    expect(ven.state().trouble).toEqual({})
  })

  it('are made once, also over a restart', async () => {
    const rig = await aRig(revision, showing)
    await enroll(rig, 'd-1', 'feeder-7')
    const first = rig.join()
    await eventually(() => expect(resources(rig)).toHaveLength(1))
    await rig.polled(first)
    await first.stop()
    const before = writes(rig).length
    await rig.polled(rig.join())
    expect(writes(rig)).toHaveLength(before)
  })

  it('that the utility made stay as they are', async () => {
    const rig = await aRig(revision, showing)
    const { id: venID } = rig.vtn.objects.create('vens', { venName: 'herd' })
    rig.vtn.objects.create('resources', { venID, resourceName: 'feeder-7', targets: [] })
    rig.vtn.objects.create('resources', { venID, resourceName: 'substation', targets: [] })
    await enroll(rig, 'd-1', 'feeder-7')
    const ven = rig.join()
    await rig.polled(ven)
    await rig.polled(ven)
    expect(writes(rig)).toEqual([])
  })

  it('are nobody’s business where the program settles devices', async () => {
    const rig = await aRig(revision)
    await enroll(rig, 'd-1', 'feeder-7')
    await rig.polled(rig.join())
    expect(writes(rig)).toEqual([])
  })

  it('that the VTN does not take are tried again, and events are polled meanwhile', async () => {
    const rig = await aRig(revision, showing)
    await enroll(rig, 'd-1', 'feeder-7')
    rig.vtn.misbehave('POST vens', { status: 403, body: '{"title":"Forbidden"}' }, 3)
    const ven = rig.join()
    await eventually(() => expect(ven.state().trouble.party?.detail).toContain('403 Forbidden'))
    await rig.polled(ven)
    await eventually(() => expect(resources(rig)).toEqual([['feeder-7', 7]]))
    await eventually(() => expect(ven.state().trouble).toEqual({}))
  })

  it('that the VTN takes and does not keep are no reason for a storm', async () => {
    const rig = await aRig(revision, showing)
    await enroll(rig, 'd-1', 'feeder-7')
    rig.vtn.misbehave('POST vens', { status: 201, body: '{}' }, 1000)
    const ven = rig.join({ waits: { firstBackoffMs: 200, capBackoffMs: 200, leastPollMs: 5 } })
    await eventually(() => expect(ven.state().trouble.party?.detail).toContain('does not show them'))
    expect(writes(rig).length).toBeLessThan(3)
  })
})

describe('3.0: targets of a resource', () => {
  it('are the utility’s, and survive our changes', async () => {
    const rig = await aRig('3.0', showing)
    await enroll(rig, 'd-1', 'feeder-7')
    rig.join()
    await eventually(() => expect(resources(rig)).toHaveLength(1))
    const [made] = rig.vtn.objects.all('resources')
    const targets = [{ type: 'GROUP', values: ['north'] }]
    rig.vtn.objects.replace('resources', made?.id ?? '', { ...made, targets })
    await enroll(rig, 'd-2', 'feeder-7')
    await eventually(() => expect(resources(rig)).toEqual([['feeder-7', 14]]))
    expect(rig.vtn.objects.all('resources')[0]).toMatchObject({ targets })
  })
})
