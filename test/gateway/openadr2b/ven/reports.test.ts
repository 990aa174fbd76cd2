/** Reports between Drover and a VTN: asked for, sent until they are settled, and cancelled. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { utilityReports, utilitySessions } from '../../../../topics/catalogue.ts'
import { aReport, createRig, eventually, type Rig } from './rig.ts'

let rig: Rig
beforeEach(async () => {
  rig = await createRig()
})
afterEach(() => rig.stop())

const requestId = () => rig.vtn.reportRequests()[0]?.reportRequestID ?? ''
const make = (change: Parameters<typeof aReport>[0] = {}) =>
  rig.log.writer.append(utilityReports, aReport({ reportRequestId: requestId(), ...change }))
const steps = (reportId = 'r-1') => rig.reportsOnLog(reportId).map(({ status, attempt }) => `${status} ${attempt}`)
const facts = () => rig.log.read(utilitySessions).map(({ value }) => value?.kind)
const polledOn = async (): Promise<void> => {
  const polls = rig.proxy.seen('OadrPoll')
  await eventually(() => expect(rig.proxy.seen('OadrPoll')).toBeGreaterThan(polls + 3))
}

it('sends a report and records that it was accepted', async () => {
  await rig.joined()
  await make()
  await eventually(() => expect(steps()).toEqual(['pending 0', 'accepted 1']))
  const [report] = rig.vtn.reports()
  expect(report).toMatchObject({ reportName: 'TELEMETRY_USAGE', reportRequestID: requestId(), reportSpecifierID: 'telemetry-usage' })
  expect(report?.intervals).toEqual([
    {
      startMs: Date.UTC(2026, 6, 15, 12),
      durationS: 900,
      values: [{ rID: 'summer-shed/usage', value: 1200, dataQuality: 'Quality Good - Non Specific' }],
    },
    {
      startMs: Date.UTC(2026, 6, 15, 12, 15),
      durationS: 900,
      values: [{ rID: 'summer-shed/usage', value: 0, dataQuality: 'No Quality - No Value' }],
    },
  ])
})

it('tries again until the VTN takes it, and then never again', async () => {
  await rig.joined()
  rig.proxy.misbehave('EiReport', { status: 500, body: 'no' }, 2)
  await make()
  await eventually(() => expect(steps()).toEqual(['pending 0', 'sent 1', 'sent 2', 'accepted 3']))
  expect(rig.reportsOnLog('r-1')[1]?.detail).toBe('HTTP 500')
  await make()
  await polledOn()
  expect(rig.vtn.reports()).toHaveLength(1)
})

it('keeps polling while a report finds no ear', async () => {
  const ven = await rig.joined({ waits: { patienceMs: 200, firstBackoffMs: 60_000, capBackoffMs: 60_000, leastPollMs: 5 } })
  rig.proxy.misbehave('EiReport', 'break off', 1)
  await make()
  await eventually(() => expect(ven.state().trouble.report?.failures).toBe(1))
  await polledOn()
  expect(steps()).toEqual(['pending 0', 'sent 1'])
})

it('keeps a refused report with what the VTN said, and does not repeat it', async () => {
  await rig.joined()
  await make({ points: [{ rId: 'nobody/usage', values: [1], qualities: ['measured'] }] })
  await eventually(() => expect(steps()).toEqual(['pending 0', 'refused 1']))
  expect(rig.reportsOnLog('r-1').at(-1)?.detail).toContain('461')
  await polledOn()
  expect(rig.vtn.refusals()).toHaveLength(1)
})

it('sends after a restart what the last process left', async () => {
  const first = await rig.joined()
  await first.stop()
  await make()
  rig.join()
  await eventually(() => expect(steps()).toEqual(['pending 0', 'accepted 1']))
})

it('takes a request out of a poll, and ends one that wanted one report only', async () => {
  const ven = await rig.joined()
  const venID = ven.state().venId ?? ''
  const wanted = { venID, reportSpecifierID: 'history-usage', rIDs: ['summer-shed/baseline'], granularityS: 900, reportBackDurationS: 0 }
  const reportRequestID = rig.vtn.requestReport(wanted)
  await eventually(() => expect(rig.vtn.pendingReports(venID)).toEqual([requestId(), reportRequestID]))
  const asked = rig.log.read(utilitySessions).at(-1)?.value
  expect(asked).toMatchObject({
    kind: 'reportAsked',
    report: {
      reportRequestId: reportRequestID,
      reportSpecifierId: 'history-usage',
      rIds: ['summer-shed/baseline'],
      granularityS: 900,
      untilMs: null,
    },
  })
  await make({
    reportId: 'h',
    reportRequestId: reportRequestID,
    reportSpecifierId: 'history-usage',
    reportName: 'HISTORY_USAGE',
    points: [{ rId: 'summer-shed/baseline', values: [5], qualities: ['estimated'] }],
  })
  await eventually(() => expect(steps('h')).toEqual(['pending 0', 'accepted 1']))
  expect(facts().at(-1)).toBe('reportEnded')
  expect(ven.state().openReportRequests).toEqual([requestId()])
})

it('refuses what is not on offer', async () => {
  const ven = await rig.joined()
  const venID = ven.state().venId ?? ''
  rig.vtn.requestReport({ venID, reportSpecifierID: 'history-usage', rIDs: ['weather'], granularityS: 0, reportBackDurationS: 0 })
  const replies = () => rig.vtn.traffic().filter(({ request }) => request.includes('oadrCreatedReport'))
  await eventually(() => expect(replies().at(-1)?.request).toContain('weather'))
  expect(replies().at(-1)?.request).toContain('<ei:responseCode>461</ei:responseCode>')
  expect(ven.state().openReportRequests).toEqual([requestId()])
})

it('offers its reports again when it is asked to, and when a program comes', async () => {
  const ven = await rig.joined()
  const offers = () => rig.vtn.traffic().filter(({ request }) => request.includes('oadrRegisterReport'))
  const asked = rig.vtn.requestReport({
    venID: ven.state().venId ?? '',
    reportSpecifierID: 'METADATA',
    rIDs: ['METADATA'],
    granularityS: 0,
    reportBackDurationS: 0,
  })
  await eventually(() => expect(offers()).toHaveLength(2))
  expect(offers()[1]?.request).toContain(`<ei:reportRequestID>${asked}</ei:reportRequestID>`)
  await rig.addProgram('winter-shed')
  await eventually(() => expect(offers()).toHaveLength(3))
  expect(offers()[2]?.request).toContain('winter-shed/usage')
})

it('tells the VTN that it wants none of its reports', async () => {
  const ven = await rig.joined()
  rig.vtn.offerReport(ven.state().venId ?? '', 'prices')
  await eventually(() => expect(rig.vtn.traffic().some(({ request }) => request.includes('oadrRegisteredReport'))).toBe(true))
  expect(rig.vtn.refusals()).toEqual([])
})

it('ends a request that the VTN cancels, and does not send what was made for it', async () => {
  const ven = await rig.joined()
  rig.vtn.cancelReport(requestId(), 'now')
  await eventually(() => expect(facts().at(-1)).toBe('reportEnded'))
  await make()
  await eventually(() => expect(steps()).toEqual(['pending 0', 'refused 1']))
  expect(rig.vtn.reports()).toEqual([])
  expect(rig.vtn.refusals()).toEqual([])
  expect(ven.state().openReportRequests).toEqual([])
})

it('sends one more report where one is to follow', async () => {
  await rig.joined()
  rig.vtn.cancelReport(requestId(), 'after one more report')
  await eventually(() => expect(facts().at(-1)).toBe('reportEnding'))
  await make()
  await eventually(() => expect(steps()).toEqual(['pending 0', 'accepted 1']))
  await eventually(() => expect(facts().at(-1)).toBe('reportEnded'))
})

it('ends a request that the VTN cancels inside its answer', async () => {
  const ven = await rig.joined()
  rig.vtn.cancelReport(requestId(), 'with the next answer')
  await make()
  await eventually(() => expect(facts().at(-1)).toBe('reportEnded'))
  expect(steps()).toEqual(['pending 0', 'accepted 1'])
  await eventually(() => expect(rig.vtn.pendingReports(ven.state().venId ?? '')).toEqual([]))
})

it('takes up a request that the last process recorded and did not act on', async () => {
  const first = await rig.joined()
  const venID = first.state().venId ?? ''
  await first.stop()
  const reportRequestID = rig.vtn.requestReport({
    venID,
    reportSpecifierID: 'telemetry-usage',
    rIDs: ['summer-shed/usage'],
    granularityS: 0,
    reportBackDurationS: 60,
  })
  await rig.pollAndForget(venID)
  const ven = rig.join()
  await eventually(() => expect(ven.state().openReportRequests).toContain(reportRequestID))
  expect(rig.vtn.reportRequests()).toHaveLength(2)
})
