/** What a look shows is taken for what it is: arrived, absent, in force, ignored, or changed by a person. */
import { describe, expect, test } from 'vitest'
import { resolveSight } from '../../../../connectors/cloud/control/resolve.ts'
import { handleText } from '../../../../connectors/thermostat/resideo/thermostat.ts'
import { ackOf, commandOf, enphaseControl, fileOf, HOUR_MS, NOW_MS, partsOf, resideoControl, sightOf } from './build.ts'

const parts = partsOf([0, 1, 'a'])
const [part] = parts
const command = commandOf(1, parts)
const words = (findings: ReturnType<typeof resolveSight>): readonly string[] => findings.map(({ is }) => is)
const MINUTE_MS = 60_000

describe('things that a vendor lists', () => {
  const see = (status: Parameters<typeof ackOf>[1], sight: ReturnType<typeof sightOf>, handle = 'handle') =>
    words(resolveSight(fileOf(command, ackOf(command, status, part, handle)), sight, enphaseControl))

  test('an attempt that arrived is known by its name, one that did not is absent', () => {
    expect(see('attempting', sightOf([{ name: 'n', handle: 'h' }]), 'n')).toEqual(['there'])
    expect(see('timedOut', sightOf([]), 'n')).toEqual(['absent'])
    expect(see('attempting', sightOf([{ name: 'n', state: 'failed' }]), 'n')).toEqual(['failed'])
  })

  test('what runs is in force, what was delivered is so from its start, and what waits beyond its start is not', () => {
    expect(see('accepted', sightOf([{ state: 'running' }]))).toEqual(['inForce'])
    expect(see('accepted', sightOf([{ state: 'delivered' }]))).toEqual(['inForce'])
    expect(see('accepted', sightOf([{ state: 'waiting' }]))).toEqual([])
    expect(see('accepted', sightOf([{ state: 'waiting' }], { atMs: NOW_MS + 5 * MINUTE_MS }))).toEqual(['notInForce'])
    expect(see('applied', sightOf([{ state: 'running' }]))).toEqual([])
  })

  test('what a person left, what ended too early and what is gone were overridden; a device that is away says nothing', () => {
    const later = { atMs: NOW_MS + 5 * MINUTE_MS }
    expect(see('applied', sightOf([{ state: 'left' }]))).toEqual(['overridden'])
    expect(see('applied', sightOf([{ state: 'ended' }]))).toEqual(['overridden'])
    expect(see('applied', sightOf([], later))).toEqual(['overridden'])
    expect(see('applied', sightOf([], { ...later, online: false }))).toEqual([])
    expect(see('applied', sightOf([], { atMs: NOW_MS + 2 * HOUR_MS }))).toEqual([])
    expect(see('accepted', sightOf([]))).toEqual([])
  })

  test('a twin of ours that nobody knows of is a stray, while it lives', () => {
    const stray = { name: 'drover.other', handle: 'other' }
    expect(see('applied', sightOf([{ state: 'running' }, stray]))).toEqual(['stray'])
    expect(see('applied', sightOf([{ state: 'running' }, { ...stray, state: 'ended' }]))).toEqual([])
    expect(see('applied', sightOf([{ state: 'running' }, { ...stray, endMs: NOW_MS }]))).toEqual([])
  })
})

describe('a setting that is changed and put back', () => {
  const found = { units: 'Celsius', mode: 'Cool', heatSetpoint: 18, coolSetpoint: 24, thermostatSetpointStatus: 'NoHold' } as const
  const handle = handleText({ found, heat: 18, cool: 26 })
  const see = (status: Parameters<typeof ackOf>[1], setting: object) =>
    words(
      resolveSight(
        fileOf(command, ackOf(command, status, part, handle)),
        sightOf([], { setting: JSON.stringify({ ...found, ...setting }) }),
        resideoControl,
      ),
    )

  test('an attempt arrived where it is set, and did not where all is as found', () => {
    expect(see('attempting', { coolSetpoint: 26 })).toEqual(['there'])
    expect(see('timedOut', {})).toEqual(['absent'])
    expect(see('timedOut', { coolSetpoint: 22 })).toEqual(['overridden'])
  })

  test('an attempt did not arrive where the part before it still stands', () => {
    const [earlier, later] = partsOf([0, 1, 'a'], [1, 2, 'b'])
    const further = handleText({ found, heat: 18, cool: 28 })
    const file = fileOf(command, ackOf(command, 'applied', earlier, handle), ackOf(command, 'timedOut', later, further))
    const seeSet = (coolSetpoint: number) =>
      words(resolveSight(file, sightOf([], { setting: JSON.stringify({ ...found, coolSetpoint }) }), resideoControl))
    expect(seeSet(26)).toEqual(['absent'])
    expect(seeSet(28)).toEqual(['there'])
    expect(seeSet(22)).toEqual(['overridden'])
  })

  test("what never took is not a person's doing; what was set and is not any more is", () => {
    expect(see('accepted', { coolSetpoint: 26 })).toEqual(['inForce'])
    expect(see('accepted', {})).toEqual(['notInForce'])
    expect(see('applied', {})).toEqual(['overridden'])
    expect(see('applied', { coolSetpoint: 25 })).toEqual(['overridden'])
    expect(see('applied', { coolSetpoint: 26, mode: 'Heat' })).toEqual(['overridden'])
  })

  test('an end without an answer had arrived where all is as found', () => {
    expect(see('sent', {})).toEqual(['ended'])
    expect(see('sent', { coolSetpoint: 26 })).toEqual([])
  })
})
