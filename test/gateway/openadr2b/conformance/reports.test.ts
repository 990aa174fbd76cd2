/** Conformance, EiReport: what is on offer, and what may be asked of it (OpenADR 2.0b; reference rules R, and the certification operator's list of 1.4). */
import { describe, expect, it } from 'vitest'
import { energyReal } from '../../../../gateway/openadr2b/types/item-base.ts'
import { programCapacity, programsChanges } from '../../../../topics/catalogue.ts'
import { aProgramChange, someTerms } from '../../../build/terms.ts'
import { child, children, type Parsed, text } from '../../../vtn/xml.ts'
import { eventually, marketContext } from '../ven/rig.ts'
import { code, pending, reportTalk, usage } from './report-talk.ts'
import { talk } from './talk.ts'

const conversation = talk({ telemetry: null })
const { rig, said } = conversation

const { venID, ask, facts, taken } = reportTalk(rig)
const offers = (body: Parsed | undefined) =>
  Object.fromEntries(children(body ?? {}, 'oadrReport').map((report) => [text(report, 'reportName'), report] as const))

describe('METADATA', () => {
  it('every report on offer is registered by its METADATA_ name, with a data point per program', async () => {
    await rig().joined()
    const registered = offers(said('oadrRegisterReport')[0]?.body)
    expect(Object.keys(registered)).toEqual(['METADATA_TELEMETRY_USAGE', 'METADATA_HISTORY_USAGE', 'METADATA_TELEMETRY_STATUS'])
    const points = Object.values(registered).map((report) => children(report, 'oadrReportDescription').map((point) => text(point, 'rID')))
    expect(points).toEqual([usage, ['summer-shed/usage', 'summer-shed/baseline', 'summer-shed/deltaUsage'], ['summer-shed/status']])
  })

  it('usage is offered in energyReal, status as x-resourceStatus without a unit', async () => {
    await rig().joined()
    const registered = offers(said('oadrRegisterReport')[0]?.body)
    const point = (name: string) => child(registered[`METADATA_${name}`] ?? {}, 'oadrReportDescription')
    expect(point('TELEMETRY_USAGE')).toMatchObject({ reportType: 'usage', energyReal: { itemUnits: energyReal().itemUnits } })
    expect(point('TELEMETRY_STATUS')).toMatchObject({ reportType: 'x-resourceStatus', readingType: 'x-notApplicable' })
    expect(point('TELEMETRY_STATUS')).not.toHaveProperty('energyReal')
  })

  it('a METADATA request is answered by oadrCreatedReport and a new oadrRegisterReport that names the request', async () => {
    await rig().joined()
    const id = ask({ reportSpecifierID: 'METADATA', rIDs: ['METADATA'], granularityS: 0, reportBackDurationS: 0 })
    await eventually(() => expect(said('oadrRegisterReport')).toHaveLength(2))
    expect(text(said('oadrRegisterReport')[1]?.body ?? {}, 'reportRequestID')).toBe(id)
    expect(code(said('oadrCreatedReport')[0]?.body)).toBe('200')
    expect(facts()).toEqual([])
  })

  it('a report that the VTN offers is answered by oadrRegisteredReport', async () => {
    await rig().joined()
    rig().vtn.offerReport(venID(), 'prices')
    await eventually(() => expect(said('oadrRegisteredReport')).toHaveLength(1))
    expect(code(said('oadrRegisteredReport')[0]?.body)).toBe('200')
    expect(said('oadrRegisteredReport')[0]?.body).not.toHaveProperty('oadrReportRequest')
  })
})

describe('resources', () => {
  const settleResources = () =>
    rig().log.writer.append(
      programsChanges,
      aProgramChange({ changeId: 'by-resource', terms: someTerms({ marketContext, settledUnit: 'resource' }) }),
    )
  const capacity = (partition: number, resourceIds: readonly string[], tooManyResources = false) =>
    rig().log.writer.append(programCapacity, {
      programId: 'summer-shed',
      partition,
      asOfOffset: 0,
      buckets: [],
      resources: resourceIds.map((resourceId) => ({
        resourceId,
        devices: 1,
        callable: 1,
        availableW: 1000,
        optOuts: [],
        mostW: 1000,
        floorW: 0,
      })),
      tooManyResources,
    })
  const lastOffer = () => {
    const registered = offers(said('oadrRegisterReport').at(-1)?.body)
    return children(registered.METADATA_TELEMETRY_STATUS ?? {}, 'oadrReportDescription')
  }
  const offered = () => lastOffer().map((point) => text(point, 'rID'))
  const feeder = (n: number) => `summer-shed/resource=feeder-${n}/status`

  it('have data points of their own where the program settles them, naming each as the source', async () => {
    await rig().joined()
    await capacity(0, ['feeder-8', 'feeder-7'])
    await capacity(1, ['feeder-7'])
    await settleResources()
    await eventually(() => expect(offered()).toEqual(['summer-shed/status', feeder(7), feeder(8)]))
    expect(text(child(lastOffer()[1] ?? {}, 'reportDataSource'), 'resourceID')).toBe('feeder-7')
  })

  it('are offered anew when one comes or goes, and not where there are too many', async () => {
    await rig().joined()
    await settleResources()
    await capacity(0, ['feeder-7'])
    await eventually(() => expect(offered()).toEqual(['summer-shed/status', feeder(7)]))
    await capacity(0, [])
    await capacity(1, ['feeder-9'])
    await eventually(() => expect(offered()).toEqual(['summer-shed/status', feeder(9)]))
    await capacity(0, [], true)
    await eventually(() => expect(offered()).toEqual(['summer-shed/status']))
  })

  it('are nothing apart where the program settles devices', async () => {
    await capacity(0, ['feeder-7'])
    await rig().joined()
    await conversation.polledOn()
    expect(offered()).toEqual(['summer-shed/status'])
  })

  it('are asked for by their rIDs', async () => {
    await rig().joined()
    await settleResources()
    await capacity(0, ['feeder-7'])
    await eventually(() => expect(offered()).toHaveLength(2))
    const one = await taken(ask({ reportSpecifierID: 'telemetry-status', rIDs: [feeder(7)] }))
    expect(one?.rIds).toEqual([feeder(7)])
  })
})

describe('oadrCreateReport', () => {
  it.each([
    [
      'TELEMETRY_STATUS, one-shot',
      { reportSpecifierID: 'telemetry-status', rIDs: ['summer-shed/status'], granularityS: 0, reportBackDurationS: 0 },
    ],
    [
      'TELEMETRY_STATUS, by the minute',
      { reportSpecifierID: 'telemetry-status', rIDs: ['summer-shed/status'], granularityS: 60, reportBackDurationS: 60 },
    ],
    ['TELEMETRY_USAGE, one-shot', { granularityS: 0, reportBackDurationS: 0 }],
    ['TELEMETRY_USAGE, by the minute, two minutes to a report', {}],
    ['HISTORY_USAGE, all', { reportSpecifierID: 'history-usage', granularityS: 0, reportBackDurationS: 0 }],
    [
      'HISTORY_USAGE, chosen data points',
      { reportSpecifierID: 'history-usage', rIDs: ['summer-shed/baseline'], granularityS: 900, reportBackDurationS: 0 },
    ],
  ] as const)('%s: taken, acknowledged as pending, and on the log', async (_, change) => {
    await rig().joined()
    const id = ask(change as object)
    const report = await taken(id)
    expect(report).toMatchObject({
      reportSpecifierId: 'telemetry-usage',
      ...('reportSpecifierID' in change ? { reportSpecifierId: change.reportSpecifierID } : {}),
    })
    await eventually(() => expect(pending(said('oadrCreatedReport')[0]?.body)).toEqual([id]))
  })

  it('a period that begins later and ends is kept as asked', async () => {
    await rig().joined()
    const startMs = Math.ceil(rig().clock.nowMs() / 1000) * 1000 + 15_000
    const id = ask({ reportInterval: { startMs, durationS: 600 } })
    expect(await taken(id)).toMatchObject({ fromMs: startMs, untilMs: startMs + 600_000, granularityS: 60, reportBackS: 120 })
  })

  it('the last half hour of history is asked for by its interval', async () => {
    await rig().joined()
    const startMs = Math.floor(rig().clock.nowMs() / 1000) * 1000 - 1_800_000
    const id = ask({ reportSpecifierID: 'history-usage', reportBackDurationS: 0, reportInterval: { startMs, durationS: 1800 } })
    expect(await taken(id)).toMatchObject({ fromMs: startMs, untilMs: startMs + 1_800_000, reportBackS: 0 })
  })

  it('461: a report that is not on offer', async () => {
    await rig().joined()
    ask({ reportSpecifierID: 'weather' })
    await eventually(() => expect(code(said('oadrCreatedReport')[0]?.body)).toBe('461'))
    expect(facts()).toEqual([])
  })

  it('461: a data point that is not on offer', async () => {
    await rig().joined()
    ask({ rIDs: ['summer-shed/usage', 'somebody/else'] })
    await eventually(() => expect(code(said('oadrCreatedReport')[0]?.body)).toBe('461'))
    expect(facts()).toEqual([])
  })

  it('a reportRequestID that is open is not taken twice', async () => {
    await rig().joined()
    const id = ask()
    await taken(id)
    const message =
      rig()
        .vtn.traffic()
        .find(({ response }) => response.includes('oadrCreateReport'))?.response ?? ''
    rig().vtn.sendRaw(Buffer.from(message))
    await eventually(() => expect(said('oadrCreatedReport')).toHaveLength(2))
    expect(facts()).toHaveLength(1)
    expect(pending(said('oadrCreatedReport')[1]?.body)).toEqual([id])
  })
})

conversation.heldAgainstSchema()
