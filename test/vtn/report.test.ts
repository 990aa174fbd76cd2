/** Reports at the simulated VTN: offered, asked for, checked, cancelled. */

import { afterEach, beforeEach, expect, it } from 'vitest'
import { energyReal } from '../../gateway/openadr2b/types/item-base.ts'
import type { OadrReportRequest } from '../../gateway/openadr2b/types/report.ts'
import type { ReportInterval, UpdatedReport } from '../../gateway/openadr2b/types/report-update.ts'
import { createVen, register, type Ven } from './ven.ts'
import { startVtn, type Vtn } from './vtn.ts'

const nowMs = Date.UTC(2026, 6, 1, 12)
let vtn: Vtn
let ven: Ven
let venID: string
let request: OadrReportRequest
beforeEach(async () => {
  vtn = await startVtn({ clock: () => nowMs, telemetry: { granularityS: 60, reportBackDurationS: 120 } })
  ven = createVen(vtn)
  venID = (await register(ven)).venID
  const { reportRequests } = await offer()
  const [first] = reportRequests
  if (first === undefined) throw new Error('nothing was asked for')
  request = first
})
afterEach(async () => {
  ven.exchange.close()
  await vtn.stop()
})

const offer = (reportRequestID?: string) => {
  const descriptions = ['r1', 'r2'].map((rID) => ({ rID, reportType: 'usage', itemBase: energyReal(), readingType: 'Direct Read' }))
  const common = { reportRequestID: '0', createdDateTimeMs: nowMs, durationS: 3600, descriptions }
  return ven.send(
    {
      type: 'oadrRegisterReport',
      requestID: 'offer',
      venID,
      reportRequestID,
      reports: [
        { ...common, reportName: 'METADATA_TELEMETRY_USAGE', reportSpecifierID: 'telemetry' },
        { ...common, reportName: 'METADATA_HISTORY_USAGE', reportSpecifierID: 'history' },
      ],
    },
    'oadrRegisteredReport',
  )
}
const interval = (value: number, change: Partial<ReportInterval> = {}): ReportInterval => ({
  startMs: nowMs,
  durationS: 60,
  payloads: [{ kind: 'usage', rID: 'r1', value, dataQuality: 'Quality Good - Non Specific' }],
  ...change,
})
const update = (change: Partial<UpdatedReport> = {}) =>
  ven.send(
    {
      type: 'oadrUpdateReport',
      requestID: 'update',
      venID,
      reports: [
        {
          reportName: 'TELEMETRY_USAGE',
          reportRequestID: request.reportRequestID,
          reportSpecifierID: 'telemetry',
          createdDateTimeMs: nowMs,
          intervals: [interval(1250)],
          ...change,
        },
      ],
    },
    'oadrUpdatedReport',
  )
const eiResponse = { responseCode: '200', requestID: 'x' }

it('asks for the telemetry on offer, once', async () => {
  expect(request).toEqual({
    reportRequestID: expect.any(String),
    reportSpecifierID: 'telemetry',
    granularityS: 60,
    reportBackDurationS: 120,
    specifierPayloads: ['r1', 'r2'].map((rID) => ({ rID, readingType: 'x-notApplicable' })),
  })
  expect((await offer()).reportRequests).toEqual([])
})

it('keeps accepted values with time and quality', async () => {
  const answer = await update({ intervals: [interval(1250), interval(-0.5, { startMs: nowMs + 60_000, durationS: 5400 })] })
  expect(answer).toMatchObject({ eiResponse: { responseCode: '200', requestID: 'update' }, cancelReport: undefined })
  const value = { rID: 'r1', dataQuality: 'Quality Good - Non Specific' }
  expect(vtn.reports()).toEqual([
    {
      venID,
      reportRequestID: request.reportRequestID,
      reportSpecifierID: 'telemetry',
      reportName: 'TELEMETRY_USAGE',
      createdDateTimeMs: nowMs,
      receivedAtMs: nowMs,
      intervals: [
        { startMs: nowMs, durationS: 60, values: [{ ...value, value: 1250 }] },
        { startMs: nowMs + 60_000, durationS: 5400, values: [{ ...value, value: -0.5 }] },
      ],
    },
  ])
})

it('keeps the status of resources', async () => {
  await update({ intervals: [interval(0, { payloads: [{ kind: 'status', rID: 'r2', online: true, manualOverride: false }] })] })
  expect(vtn.reports()[0]?.intervals[0]?.values).toEqual([{ rID: 'r2', online: true, manualOverride: false, dataQuality: '' }])
})

it.each([
  ['an unknown request', { reportRequestID: 'invented' }, 'reportRequestID invented was not asked of VEN'],
  ['another specifier', { reportSpecifierID: 'history' }, 'reportSpecifierID history is not that of request'],
  ['an unknown rID', { intervals: [interval(0, { payloads: [{ kind: 'usage', rID: 'r3', value: 1 }] })] }, 'rID r3 was not asked for'],
] as const)('refuses a report with %s whole', async (_, change, problem) => {
  const answer = await update(change as Partial<UpdatedReport>)
  expect(answer.eiResponse).toMatchObject({ responseCode: '461', responseDescription: expect.stringContaining(problem) })
  expect(vtn.reports()).toEqual([])
  expect(vtn.refusals()[0]).toContain(problem)
})

it('refuses a value that is no number', async () => {
  await update()
  const sent = vtn.traffic().at(-1)?.request ?? ''
  for (const broken of ['NaN', '', '1,5', 'Infinity']) {
    await ven.exchange.post('EiReport', sent.replace('<ei:value>1250<', `<ei:value>${broken}<`))
    expect(vtn.refusals().at(-1)).toBe(`value '${broken}' of rID r1 is not a number`)
  }
  expect(vtn.reports()).toHaveLength(1)
})

it('asks for history, takes the one report, and no second', async () => {
  const reportInterval = { startMs: nowMs - 1_800_000, durationS: 1800 }
  const reportRequestID = vtn.requestReport({
    venID,
    reportSpecifierID: 'history',
    rIDs: ['r2'],
    granularityS: 900,
    reportBackDurationS: 0,
    reportInterval,
  })
  const asked = await ven.poll(venID, 'oadrCreateReport')
  expect(asked).toMatchObject({
    venID,
    reportRequests: [{ reportRequestID, reportInterval, granularityS: 900, reportBackDurationS: 0, specifierPayloads: [{ rID: 'r2' }] }],
  })
  await ven.send({ type: 'oadrCreatedReport', eiResponse, pendingReportRequestIDs: [reportRequestID], venID }, 'oadrResponse')
  expect(vtn.pendingReports(venID)).toEqual([reportRequestID])
  const intervals = [interval(0, { payloads: [{ kind: 'usage', rID: 'r2', value: 5 }] })]
  const report = { reportName: 'HISTORY_USAGE', reportSpecifierID: 'history', reportRequestID, intervals } as const
  expect((await update(report)).eiResponse.responseCode).toBe('200')
  expect((await update(report)).eiResponse.responseDescription).toContain('has ended')
})

it('asks for the offers again', async () => {
  const reportRequestID = vtn.requestReport({
    venID,
    reportSpecifierID: 'METADATA',
    rIDs: ['METADATA'],
    granularityS: 0,
    reportBackDurationS: 0,
  })
  expect(await ven.poll(venID, 'oadrCreateReport')).toMatchObject({ reportRequests: [{ reportRequestID, reportSpecifierID: 'METADATA' }] })
  await offer(reportRequestID)
  expect(vtn.reportRequests().find((asked) => asked.reportRequestID === reportRequestID)?.status).toBe('cancelled')
})

it.each([
  ['now', false, '461', '461'],
  ['after one more report', true, '200', '461'],
] as const)('cancels a report %s', async (how, reportToFollow, first, second) => {
  vtn.cancelReport(request.reportRequestID, how)
  expect(await ven.poll(venID, 'oadrCancelReport')).toMatchObject({ reportRequestIDs: [request.reportRequestID], reportToFollow, venID })
  await ven.send({ type: 'oadrCanceledReport', eiResponse, pendingReportRequestIDs: [], venID }, 'oadrResponse')
  expect((await update()).eiResponse.responseCode).toBe(first)
  expect((await update()).eiResponse.responseCode).toBe(second)
})

it('cancels a report inside its answer', async () => {
  vtn.cancelReport(request.reportRequestID, 'with the next answer')
  const answer = await update()
  expect(answer.cancelReport).toEqual({ requestID: 'update', reportRequestIDs: [request.reportRequestID], reportToFollow: false, venID })
  expect((await update()).eiResponse.responseCode).toBe('461')
})

it('offers a report of its own', async () => {
  vtn.offerReport(venID, 'prices')
  expect(await ven.poll(venID, 'oadrRegisterReport')).toMatchObject({
    venID,
    reports: [
      {
        reportName: 'METADATA_HISTORY_USAGE',
        reportSpecifierID: 'prices',
        reportRequestID: '0',
        createdDateTimeMs: nowMs,
        durationS: 86_400,
        descriptions: [
          {
            rID: 'price',
            reportSubject: [{ kind: 'venID', id: venID }],
            reportType: 'price',
            itemBase: { name: 'currencyPerKWh', itemUnits: 'USD' },
            readingType: 'x-notApplicable',
            marketContext: 'http://market.example/prices',
            samplingRate: { minPeriodS: 900, maxPeriodS: 900, onChange: false },
          },
        ],
      },
    ],
  })
  await ven.send({ type: 'oadrRegisteredReport', eiResponse, reportRequests: [], venID }, 'oadrResponse')
})
