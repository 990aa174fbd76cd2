/** Targets (schema target; 3.0: type and values, 3.1: strings matched against grants) say whom an event means. */
import { describe, expect, it } from 'vitest'
import type { Revision } from '../../../../gateway/openadr3/revision.ts'
import { anHour, HOUR_MS } from '../rig.ts'
import { aRig, stopRigs } from './understood.ts'

stopRigs()

async function targetsOf(revision: Revision, targets: unknown, ven?: object, resources: readonly object[] = []) {
  const rig = await aRig(revision)
  const venID = ven ? rig.vtn.objects.create('vens', { venName: 'herd', ...ven }).id : ''
  for (const resource of resources) rig.vtn.objects.create('resources', { venID, ...resource })
  rig.postEvent(anHour(rig.clock.nowMs() + HOUR_MS, { targets }))
  await rig.polled(rig.join())
  return rig.meanings()[0]
}
const everybody = [{ kind: 'all', ids: [] }]

describe.each(['3.0', '3.1'] as const)('%s: an event', (revision) => {
  it.each([undefined, null, []])('with targets %j means everybody', async (targets) => {
    expect((await targetsOf(revision, targets))?.targets).toEqual(everybody)
  })
})

describe('3.0: targets', () => {
  const of = (type: string, ...values: string[]) => ({ type, values })

  it('that name our VEN mean all of it', async () => {
    expect((await targetsOf('3.0', [of('VEN_NAME', 'other', 'herd')]))?.targets).toEqual(everybody)
  })

  it('that name other VENs only are none of our business', async () => {
    expect(await targetsOf('3.0', [of('VEN_NAME', 'other')])).toBeUndefined()
  })

  it('that name resources, groups and places keep their kinds', async () => {
    const event = await targetsOf('3.0', [of('RESOURCE_NAME', 'r1'), of('GROUP', 'g1', 'g2'), of('SERVICE_AREA', 'north')])
    expect(event?.targets).toEqual([
      { kind: 'resource', ids: ['r1'] },
      { kind: 'group', ids: ['g1', 'g2'] },
      { kind: 'place', ids: ['north'] },
    ])
  })

  it('that name our VEN and a resource mean the resource', async () => {
    expect((await targetsOf('3.0', [of('VEN_NAME', 'herd'), of('RESOURCE_NAME', 'r1')]))?.targets).toEqual([
      { kind: 'resource', ids: ['r1'] },
    ])
  })

  it('of a type without meaning refuse the event', async () => {
    expect(await targetsOf('3.0', [of('MOON_PHASE', 'full')])).toMatchObject({
      kind: 'refused',
      refusal: expect.stringContaining('targets: MOON_PHASE'),
    })
  })
})

describe('3.1: targets', () => {
  it('granted to our VEN mean all of it', async () => {
    expect((await targetsOf('3.1', ['north'], { targets: ['north'] }))?.targets).toEqual(everybody)
  })

  it('granted to a resource mean that resource', async () => {
    const event = await targetsOf('3.1', ['feeder-7'], { targets: [] }, [
      { resourceName: 'r1', targets: ['feeder-7'] },
      { resourceName: 'r2' },
    ])
    expect(event?.targets).toEqual([{ kind: 'resource', ids: ['r1'] }])
  })

  it('granted to neither are a group of ours, and never everybody', async () => {
    expect((await targetsOf('3.1', ['feeder-9'], { targets: ['north'] }))?.targets).toEqual([{ kind: 'group', ids: ['feeder-9'] }])
  })

  it('of an event that shows only some of them to us are taken as they are', async () => {
    const event = await targetsOf('3.1', ['r1', 'north-west'], undefined)
    expect(event?.targets).toEqual([{ kind: 'group', ids: ['r1', 'north-west'] }])
  })
})
