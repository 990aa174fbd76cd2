/** One sample or more of every message that the VEN sends, with every optional part present in one and absent in another. */

import type { VenMessage } from '../../../gateway/openadr2b/messages.ts'
import { energyReal, powerReal } from '../../../gateway/openadr2b/types/item-base.ts'
import { type EiTarget, targetKinds } from '../../../gateway/openadr2b/types/target.ts'

export const startMs = Date.UTC(2026, 6, 1, 15)
export const venID = 'ven & <1>'
const ok = { responseCode: '200', responseDescription: 'OK', requestID: 'request-1' }

/** Written last kind first, so that the schema shows whether they are put in order. */
const everyKind: EiTarget = targetKinds
  .map((kind) => ({
    kind,
    id: kind === 'serviceArea' || kind === 'serviceLocation' ? '1 2 3 4 1 2' : kind === 'transportInterface' ? 'a->b' : `${kind} 1`,
  }))
  .reverse()

const usage = (rID: string, value: number) => ({ kind: 'usage', rID, value, dataQuality: 'Quality Good - Non Specific' }) as const

export const registerReport: VenMessage = {
  type: 'oadrRegisterReport',
  requestID: 'request-2',
  venID,
  reports: [
    {
      reportName: 'METADATA_TELEMETRY_USAGE',
      reportSpecifierID: 'telemetry',
      reportRequestID: '0',
      createdDateTimeMs: startMs,
      durationS: 3600,
      descriptions: [
        {
          rID: 'r1-energy',
          reportSubject: everyKind,
          reportDataSource: [{ kind: 'resourceID', id: 'resource-1' }],
          reportType: 'usage',
          itemBase: energyReal(),
          readingType: 'Direct Read',
          marketContext: 'http://market.example/program',
          samplingRate: { minPeriodS: 60, maxPeriodS: 900, onChange: false },
        },
        { rID: 'r1-power', reportType: 'demand', itemBase: powerReal({ hertz: 60, voltage: 240, ac: true }, 'k'), readingType: 'Mean' },
      ],
    },
    {
      reportName: 'METADATA_HISTORY_USAGE',
      reportSpecifierID: 'history',
      reportRequestID: '0',
      createdDateTimeMs: startMs,
      durationS: 30 * 86_400,
      descriptions: [{ rID: 'r1-energy', reportType: 'usage', itemBase: energyReal('k'), readingType: 'Summed' }],
    },
    {
      reportName: 'METADATA_TELEMETRY_STATUS',
      reportSpecifierID: 'status',
      reportRequestID: '0',
      createdDateTimeMs: startMs,
      descriptions: [{ rID: 'r1-status', reportType: 'x-resourceStatus', readingType: 'x-notApplicable' }],
    },
  ],
}

export const updateReport: VenMessage = {
  type: 'oadrUpdateReport',
  requestID: 'request-3',
  venID,
  reports: [
    {
      reportName: 'TELEMETRY_USAGE',
      eiReportID: 'report-1',
      reportRequestID: 'asked-1',
      reportSpecifierID: 'telemetry',
      createdDateTimeMs: startMs + 1_800_000,
      startMs,
      durationS: 1800,
      intervals: [
        {
          startMs,
          durationS: 900,
          uid: '0',
          payloads: [usage('r1-energy', 1250), { ...usage('r1-power', -5.5), confidence: 95, accuracy: 0.5 }],
        },
        { startMs: startMs + 900_000, durationS: 900, uid: '1', payloads: [usage('r1-energy', 0)] },
      ],
    },
    {
      reportName: 'HISTORY_USAGE',
      reportRequestID: 'asked-2',
      reportSpecifierID: 'history',
      createdDateTimeMs: startMs,
      intervals: [{ startMs: startMs + 1, payloads: [{ kind: 'usage', rID: 'r1-energy', value: 1e21 }] }],
    },
    {
      reportName: 'TELEMETRY_STATUS',
      reportRequestID: 'asked-3',
      reportSpecifierID: 'status',
      createdDateTimeMs: startMs,
      intervals: [
        {
          startMs,
          payloads: [
            { kind: 'status', rID: 'r1-status', online: true, manualOverride: false, dataQuality: 'No Quality - No Value' },
            {
              kind: 'status',
              rID: 'r2-status',
              online: false,
              manualOverride: true,
              loadControlState: {
                capacity: { min: 0, max: 100, current: 50, normal: 100 },
                levelOffset: { current: 0 },
                percentOffset: { current: -10 },
                setPoint: { current: 21.5 },
              },
            },
          ],
        },
      ],
    },
  ],
}

const created = { responseCode: '200', requestID: 'distribute-1', modificationNumber: 0 }

export const venMessages: readonly VenMessage[] = [
  { type: 'oadrPoll', venID },
  { type: 'oadrResponse', eiResponse: ok, venID },
  { type: 'oadrResponse', eiResponse: { responseCode: '452', requestID: '' } },
  { type: 'oadrRequestEvent', requestID: 'request-4', venID, replyLimit: 10 },
  { type: 'oadrRequestEvent', requestID: 'request-4', venID },
  {
    type: 'oadrCreatedEvent',
    eiResponse: ok,
    venID,
    eventResponses: [
      { ...created, eventID: 'event-1', optType: 'optIn', responseDescription: 'OK' },
      { ...created, eventID: 'event-2', modificationNumber: 3, optType: 'optOut' },
    ],
  },
  { type: 'oadrCreatedEvent', eiResponse: { responseCode: '452', requestID: 'distribute-1' }, venID, eventResponses: [] },
  { type: 'oadrQueryRegistration', requestID: 'request-5' },
  {
    type: 'oadrCreatePartyRegistration',
    requestID: 'request-6',
    registrationID: 'registration-1',
    venID,
    profileName: '2.0b',
    transportName: 'simpleHttp',
    transportAddress: 'https://127.0.0.1:1/?a=1&b=2',
    reportOnly: false,
    xmlSignature: true,
    venName: 'Herd "one"',
    httpPullModel: false,
  },
  {
    type: 'oadrCreatePartyRegistration',
    requestID: 'request-6',
    profileName: '2.0b',
    transportName: 'simpleHttp',
    reportOnly: false,
    xmlSignature: false,
    httpPullModel: true,
  },
  { type: 'oadrCancelPartyRegistration', requestID: 'request-7', registrationID: 'registration-1', venID },
  { type: 'oadrCanceledPartyRegistration', eiResponse: ok, registrationID: 'registration-1', venID },
  registerReport,
  { type: 'oadrRegisterReport', requestID: 'request-2', reports: [], venID, reportRequestID: 'asked-9' },
  {
    type: 'oadrRegisteredReport',
    eiResponse: ok,
    venID,
    reportRequests: [
      {
        reportRequestID: 'asked-4',
        reportSpecifierID: 'prices',
        granularityS: 900,
        reportBackDurationS: 86_400,
        reportInterval: { startMs, durationS: 0 },
        specifierPayloads: [{ rID: 'price', readingType: 'x-notApplicable', itemBase: energyReal() }],
      },
    ],
  },
  { type: 'oadrCreatedReport', eiResponse: ok, pendingReportRequestIDs: ['asked-1', 'asked-2'], venID },
  updateReport,
  { type: 'oadrCanceledReport', eiResponse: ok, pendingReportRequestIDs: [], venID },
  {
    type: 'oadrCreateOpt',
    optID: 'opt-1',
    optType: 'optOut',
    optReason: 'overrideStatus',
    marketContext: 'http://market.example/program',
    venID,
    createdDateTimeMs: startMs,
    requestID: 'request-8',
    qualifiedEventID: { eventID: 'event-1', modificationNumber: 1 },
    targets: [{ kind: 'resourceID', id: 'resource-1' }],
    deviceClass: [{ kind: 'endDeviceAsset', id: 'Electric_Vehicle' }],
  },
  {
    type: 'oadrCreateOpt',
    optID: 'opt-2',
    optType: 'optIn',
    optReason: 'x-schedule',
    venID,
    vavailability: [
      { startMs, durationS: 3600 },
      { startMs: startMs + 86_400_000, durationS: 5400 },
    ],
    createdDateTimeMs: startMs,
    requestID: 'request-9',
    targets: [],
  },
  { type: 'oadrCancelOpt', requestID: 'request-10', optID: 'opt-1', venID },
]
