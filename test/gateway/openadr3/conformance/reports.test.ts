/** Reports by reportDescriptor (schemas reportDescriptor and report): made from the rows, sent until taken, never twice as new. */
import { describe, expect, it } from 'vitest'
import { dispatchDelivery, utilitySessions } from '../../../../topics/catalogue.ts'
import { hashId } from '../../../../topics/ids.ts'
import { contractMissing } from '../../../vtn3/contract.ts'
import { eventually, iso } from '../rig.ts'
import { past, quick, reportsOf, rows, valuesOf } from './report-talk.ts'
import { aRig, stopRigs } from './understood.ts'

stopRigs()
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

describe.each(['3.0', '3.1'] as const)('%s: a report', (revision) => {
  it('on USAGE has the intervals of the event by their ids, in KWH, with their quality', async () => {
    const rig = await aRig(revision, quick)
    const event = past(rig, [{ payloadType: 'USAGE', units: 'KWH' }])
    rig.report(rows())
    rig.join()
    await eventually(() => expect(reportsOf(rig)).toHaveLength(1))
    const [report] = reportsOf(rig)
    expect(report).toMatchObject({ eventID: event.id, clientName: 'herd', ...(revision === '3.0' ? { programID: rig.program.id } : {}) })
    expect(report?.resources[0]?.resourceName).toBe('AGGREGATED_REPORT')
    expect(valuesOf(report, 'USAGE')).toEqual([
      [4, 0.2],
      [5, 0.2],
    ])
    expect(valuesOf(report, 'DATA_QUALITY')).toEqual([
      [4, 'OK'],
      [5, 'OK'],
    ])
  })

  it.skipIf(contractMissing !== undefined)('is what openadr3.yaml allows', async () => {
    const rig = await aRig(revision, quick)
    past(rig, [{ payloadType: 'USAGE' }, { payloadType: 'DEMAND' }])
    rig.report(rows())
    rig.join()
    await eventually(() => expect(reportsOf(rig)).toHaveLength(2))
    expect(rig.vtn.violations()).toEqual([])
  })

  it('on DEMAND is the mean power, in KW', async () => {
    const rig = await aRig(revision, quick)
    past(rig, [{ payloadType: 'DEMAND', readingType: 'MEAN', units: 'KW' }])
    rig.report(rows())
    rig.join()
    await eventually(() =>
      expect(valuesOf(reportsOf(rig)[0], 'DEMAND')).toEqual([
        [4, 0.4],
        [5, 0.4],
      ]),
    )
  })

  it('on intervals of which nothing is known says that they are missing, and no number', async () => {
    const rig = await aRig(revision, quick)
    past(rig, [{ payloadType: 'USAGE' }])
    rig.report({ ...rows(), intervalSums: async () => [] })
    rig.join()
    await eventually(() =>
      expect(valuesOf(reportsOf(rig)[0], 'DATA_QUALITY')).toEqual([
        [4, 'MISSING'],
        [5, 'MISSING'],
      ]),
    )
    expect(valuesOf(reportsOf(rig)[0], 'USAGE')).toEqual([
      [4, undefined],
      [5, undefined],
    ])
  })

  it('on intervals that are shorter than what is metered is an estimate', async () => {
    const rig = await aRig(revision, quick)
    past(rig, [{ payloadType: 'USAGE' }], {
      intervalPeriod: { start: iso(Math.floor((rig.clock.nowMs() - HOUR_MS) / HOUR_MS) * HOUR_MS), duration: 'PT5M' },
    })
    rig.report(rows())
    rig.join()
    await eventually(() =>
      expect(valuesOf(reportsOf(rig)[0], 'DATA_QUALITY')).toEqual([
        [4, 'ESTIMATED'],
        [5, 'ESTIMATED'],
      ]),
    )
    expect(valuesOf(reportsOf(rig)[0], 'USAGE')?.[0]?.[1]).toBeCloseTo(0.033, 3)
  })

  it('that was missed before we came is skipped, but for the last', async () => {
    const rig = await aRig(revision, quick)
    past(rig, [{ payloadType: 'USAGE', startInterval: 1, numIntervals: 1, repeat: -1 }])
    rig.report(rows())
    const ven = rig.join()
    await eventually(() => expect(reportsOf(rig)).toHaveLength(1))
    await rig.polled(ven)
    expect(valuesOf(reportsOf(rig)[0], 'USAGE')).toEqual([[5, 0.2]])
    expect(reportsOf(rig)).toHaveLength(1)
  })

  it('is sent for every interval as it ends, also over a restart', async () => {
    const rig = await aRig(revision, { terms: { graceS: 0, stepS: 60 } })
    rig.report(rows())
    rig.postEvent({
      // Five seconds of real time before the first report falls due.
      intervalPeriod: { start: iso(rig.clock.nowMs() + 180_000), duration: 'PT1M' },
      intervals: [0, 1, 2].map((id) => ({ id, payloads: [{ type: 'SIMPLE', values: [1] }] })),
      reportDescriptors: [{ payloadType: 'USAGE', startInterval: 1, numIntervals: 1, repeat: -1 }],
    })
    const first = rig.join()
    await eventually(() => expect(reportsOf(rig)).toHaveLength(1))
    await first.stop()
    await eventually(() => expect(rig.clock.nowMs()).toBeGreaterThan((rig.meanings()[0]?.endMs ?? 0) + MINUTE_MS))
    const second = rig.join()
    await eventually(() => expect(reportsOf(rig)).toHaveLength(3))
    await rig.polled(second)
    expect(reportsOf(rig).map((report) => valuesOf(report, 'USAGE')?.[0]?.[0])).toEqual([0, 1, 2])
    expect(second.state().reportsToSend).toBe(0)
  })

  it.each(['break off', { status: 503, body: 'busy' }, { status: 429, body: '{}' }] as const)('is sent again after %j', async (how) => {
    const rig = await aRig(revision, quick)
    past(rig, [{ payloadType: 'USAGE' }])
    rig.report(rows())
    rig.vtn.misbehave('POST reports', how, 2)
    const ven = rig.join()
    await eventually(() => expect(reportsOf(rig)).toHaveLength(1))
    await eventually(() => expect(ven.state().reportsToSend).toBe(0))
    expect(rig.reportsOnLog().map(({ status }) => status)).toEqual(['pending', 'sent', 'sent', 'accepted'])
  })

  it('that the VTN took without a word is not sent as new', async () => {
    const rig = await aRig(revision, quick)
    past(rig, [{ payloadType: 'USAGE' }])
    rig.report(rows())
    rig.vtn.misbehave('POST reports', 'do, then break off', 1)
    const ven = rig.join()
    await eventually(() => expect(rig.reportsOnLog().at(-1)?.status).toBe('accepted'))
    await rig.polled(ven)
    expect(reportsOf(rig)).toHaveLength(1)
    expect(rig.vtn.requests().filter(({ method, path }) => method === 'POST' && path === 'reports')).toHaveLength(1)
  })

  it('that the VTN refuses is not sent again, and why is recorded', async () => {
    const rig = await aRig(revision, quick)
    past(rig, [{ payloadType: 'USAGE' }])
    rig.report(rows())
    rig.vtn.misbehave('POST reports', { status: 400, body: '{"title":"Bad Request","detail":"resources"}' }, 1)
    const ven = rig.join()
    await eventually(() => expect(rig.reportsOnLog().at(-1)).toMatchObject({ status: 'refused', detail: '400 Bad Request: resources' }))
    await rig.polled(ven)
    expect(reportsOf(rig)).toEqual([])
    expect(rig.log.read(utilitySessions).map(({ value }) => value?.kind)).toEqual(['reportAsked', 'reportEnded'])
  })

  it('of an event that is deleted meanwhile is given up', async () => {
    const rig = await aRig(revision, quick)
    const { id } = past(rig, [{ payloadType: 'USAGE' }])
    const ven = rig.join()
    await eventually(() => expect(rig.log.read(utilitySessions)).toHaveLength(1))
    rig.vtn.objects.remove('events', id)
    await rig.polled(ven)
    rig.report(rows())
    await eventually(() =>
      expect(rig.reportsOnLog().at(-1)).toMatchObject({ status: 'refused', detail: expect.stringContaining('does not show') }),
    )
  })

  it.each([
    ['payloadType', { payloadType: 'STORAGE_CHARGE_LEVEL' }],
    ['readingType', { payloadType: 'USAGE', readingType: 'PEAK' }],
    ['units', { payloadType: 'USAGE', units: 'KVARH' }],
    ['historical', { payloadType: 'USAGE', historical: false }],
  ])('whose %s cannot be given is refused on the log, once', async (field, descriptor) => {
    const rig = await aRig(revision, quick)
    past(rig, [descriptor])
    const ven = rig.join()
    await eventually(() => expect(rig.reportsOnLog()).toHaveLength(1))
    await rig.polled(ven)
    expect(rig.reportsOnLog()).toMatchObject([{ status: 'refused', detail: expect.stringMatching(new RegExp(`^${field}: `)) }])
  })

  it.each([
    ['RUNNING_CURTAILED', 'something was delivered', [{ deliveredW: 5000, failedW: 100, pendingW: 0 }], {}],
    ['ERROR', 'everything failed', [{ deliveredW: 0, failedW: 5000, pendingW: 0 }], {}],
    ['RUNNING_NORMAL', 'nothing was called yet', [], {}],
    ['RUNNING_OPTED_OUT', 'we refused the event', [], { intervals: [{ id: 4, payloads: [{ type: 'GHG', values: [1] }] }] }],
  ] as const)('on OPERATING_STATE says %s when %s', async (state, _, sums, change) => {
    const rig = await aRig(revision, quick)
    const startMs = rig.clock.nowMs() + 180_000
    const event = past(rig, [{ payloadType: 'OPERATING_STATE' }], { intervalPeriod: { start: iso(startMs), duration: 'PT1M' }, ...change })
    rig.join()
    await eventually(() => expect(rig.meanings()).toHaveLength(1))
    const eventId = hashId('vtn-1', 'summer-shed', event.id)
    for (const [partition, sum] of sums.entries()) await rig.log.writer.append(dispatchDelivery, { eventId, partition, ...sum })
    await eventually(() => expect(reportsOf(rig)).toHaveLength(1))
    expect(valuesOf(reportsOf(rig)[0], 'OPERATING_STATE')?.at(-1)?.[1]).toBe(state)
    expect(rig.vtn.violations()).toEqual([])
  })

  it('on BASELINE follows the results, and replaces itself when they are restated', async () => {
    const rig = await aRig(revision, quick)
    const startMs = Math.ceil(rig.clock.nowMs() / MINUTE_MS) * MINUTE_MS + 2 * MINUTE_MS
    let baselineWh = 140
    const steps = () => [{ startMs, usageWh: 100, baselineWh, deltaUsageWh: 100 - baselineWh, quality: 'measured' as const }]
    rig.report(rows(() => ({ stepS: 300, steps: steps() })))
    rig.postEvent({
      intervalPeriod: { start: iso(startMs), duration: 'PT5M' },
      intervals: [{ id: 0, payloads: [{ type: 'SIMPLE', values: [1] }] }],
      reportDescriptors: [{ payloadType: 'BASELINE' }, { payloadType: 'DELTA_USAGE' }],
    })
    const ven = rig.join()
    await eventually(() => expect(reportsOf(rig)).toHaveLength(2))
    expect(
      reportsOf(rig).flatMap((report) => [...(valuesOf(report, 'BASELINE') ?? []), ...(valuesOf(report, 'DELTA_USAGE') ?? [])]),
    ).toEqual(
      expect.arrayContaining([
        [0, 0.14],
        [0, -0.04],
      ]),
    )
    baselineWh = 150
    await eventually(() => expect(JSON.stringify(reportsOf(rig))).toContain('0.15'))
    await rig.polled(ven)
    expect(reportsOf(rig)).toHaveLength(2)
  })
})
