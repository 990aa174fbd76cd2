/** Reports on resources (schemas reportDescriptor and report): one entry each, one sum, or those that targets name. */
import { describe, expect, it } from 'vitest'
import { enrollmentState } from '../../../../topics/catalogue.ts'
import { aDevice, anEnrollment } from '../../../build/devices.ts'
import { eventually, type Rig, type Rows } from '../rig.ts'
import { past, quick, reportsOf, rows } from './report-talk.ts'
import { aRig, stopRigs } from './understood.ts'

stopRigs()

describe.each(['3.0', '3.1'] as const)('%s: a report on resources', (revision) => {
  const settling = { terms: { ...quick.terms, settledUnit: 'resource' as const } }
  const enroll = (rig: Rig, deviceId: string, resourceId: string) =>
    rig.log.writer.append(
      enrollmentState,
      aDevice({ deviceId, enrollments: [anEnrollment('summer-shed', { resourceId, fromMs: 0 })], templates: [] }),
    )
  /** 100 Wh a step from feeder-7, 10 from all others, 999 from the program as a whole. */
  const byResource: Rows = {
    async intervalSums({ fromMs, toMs, stepS, resourceId }) {
      const energyWh = resourceId === null ? 999 : resourceId === 'feeder-7' ? 100 : 10
      const count = (toMs - fromMs) / (stepS * 1000)
      return Array.from({ length: count }, (_, n) => ({ startMs: fromMs + n * stepS * 1000, energyWh, quality: 'measured', devices: 1 }))
    },
    resultSums: rows().resultSums,
  }
  const told = (rig: Rig) =>
    reportsOf(rig).map(({ resources }) =>
      Object.fromEntries(
        resources.map(({ resourceName, intervals }) => [resourceName, intervals.map(({ payloads }) => payloads[0]?.values[0])]),
      ),
    )
  const reporting = async (descriptor: object) => {
    const rig = await aRig(revision, settling)
    for (const n of [7, 8, 9]) await enroll(rig, `d-${n}`, `feeder-${n}`)
    past(rig, [{ payloadType: 'USAGE', ...descriptor }])
    rig.report(byResource)
    rig.join()
    return rig
  }
  const named = (...names: readonly string[]) => (revision === '3.0' ? [{ type: 'RESOURCE_NAME', values: names }] : names)

  it('has an entry for each, by its name, where the program settles them', async () => {
    const rig = await reporting({})
    await eventually(() => expect(told(rig)).toEqual([{ 'feeder-7': [0.2, 0.2], 'feeder-8': [0.02, 0.02], 'feeder-9': [0.02, 0.02] }]))
  })

  it('is one sum with aggregate', async () => {
    const rig = await reporting({ aggregate: true })
    await eventually(() => expect(told(rig)).toEqual([{ AGGREGATED_REPORT: [1.998, 1.998] }]))
  })

  it('has those that its targets name, or their sum', async () => {
    const each = await reporting({ targets: named('feeder-9', 'feeder-7') })
    await eventually(() => expect(told(each)).toEqual([{ 'feeder-7': [0.2, 0.2], 'feeder-9': [0.02, 0.02] }]))
    const sum = await reporting({ targets: named('feeder-9', 'feeder-7'), aggregate: true })
    await eventually(() => expect(told(sum)).toEqual([{ AGGREGATED_REPORT: [0.22, 0.22] }]))
  })

  it.each([
    ['feeder-1, which is not ours', 'feeder-1'],
    ['a group', 'north'],
  ])('whose targets name %s is refused, by name', async (_, name) => {
    const targets = revision === '3.0' && name === 'north' ? [{ type: 'GROUP', values: [name] }] : named(name)
    const rig = await reporting({ targets })
    await eventually(() => expect(rig.reportsOnLog()).toMatchObject([{ status: 'refused', detail: expect.stringContaining(name) }]))
    expect(reportsOf(rig)).toEqual([])
  })
})
