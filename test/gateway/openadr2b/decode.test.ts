/** What the gateway reads out of a VTN's documents, and what it says of those it cannot read. */

import { describe, expect, it } from 'vitest'
import { decode } from '../../../gateway/openadr2b/decode.ts'
import { WireError } from '../../../gateway/openadr2b/wire-error.ts'
import { damaged, eventDocument } from './event-document.ts'

const at = (clock: string): number => Date.parse(`2026-07-01T${clock}Z`)

it('reads an event with everything that the standard has, and passes over signature and baseline', () => {
  expect(decode(Buffer.from(eventDocument))).toEqual({
    type: 'oadrDistributeEvent',
    requestID: 'distribute-1',
    vtnID: 'vtn-1',
    events: [
      {
        eventID: 'event-1',
        modificationNumber: 2,
        modificationDateTimeMs: at('10:30:00'),
        modificationReason: 'longer',
        priority: 1,
        marketContext: 'http://market.example/program',
        createdDateTimeMs: at('10:00:00') + 250,
        eventStatus: 'far',
        testEvent: true,
        vtnComment: 'hot & dry',
        activePeriod: { startMs: at('15:00:00'), durationS: 3600, startAfterS: 300, notificationS: 86_400, rampUpS: 600, recoveryS: 1200 },
        signals: [
          {
            signalID: 'signal-1',
            signalName: 'LOAD_DISPATCH',
            signalType: 'setpoint',
            targets: [{ kind: 'endDeviceAsset', id: 'Electric_Vehicle' }],
            itemBase: {
              name: 'powerReal',
              itemDescription: 'RealPower',
              itemUnits: 'W',
              siScaleCode: 'k',
              powerAttributes: { hertz: 60, voltage: 240, ac: true },
            },
            currentValue: 0,
            intervals: [
              { uid: '0', durationS: 1800, value: 1 },
              { uid: '1', startMs: at('15:30:00'), durationS: 1800, value: 2.5 },
            ],
          },
        ],
        targets: [
          { kind: 'groupID', id: 'feeder-7' },
          { kind: 'resourceID', id: 'resource-1' },
          { kind: 'resourceID', id: 'resource-2' },
          { kind: 'venID', id: 'ven-1' },
        ],
        responseRequired: 'always',
      },
    ],
  })
})

it('reads an empty list of events, which cancels all', () => {
  const empty = Buffer.from(eventDocument.replace(/<oadrEvent>[\s\S]*<\/oadrEvent>/, ''))
  expect(decode(empty)).toMatchObject({ events: [] })
})

it.each([
  ['<testEvent>yes</testEvent>', '<testEvent>false</testEvent>', { testEvent: false }],
  ['<testEvent>yes</testEvent>', '<testEvent> FALSE </testEvent>', { testEvent: false }],
  ['<testEvent>yes</testEvent>', '', { testEvent: false }],
  ['<testEvent>yes</testEvent>', '<testEvent/>', { testEvent: true }],
  ['<priority>1</priority>', '', { priority: 0 }],
  ['<duration>PT1H</duration>', '<duration>PT0S</duration>', { activePeriod: { durationS: 0 } }],
  [
    '<tolerance><tolerate><startafter>PT5M</startafter></tolerate></tolerance>',
    '<tolerance><tolerate/></tolerance>',
    { activePeriod: { startAfterS: undefined } },
  ],
  ['<eventID>event-1</eventID>', '<eventID> event-1 </eventID>', { eventID: ' event-1 ' }],
  ['<eventID>event-1</eventID>', '<ei:eventID xmlns:ei="x"><![CDATA[<1>]]></ei:eventID>', { eventID: '<1>' }],
])('reads %s as %s', (from, to, expected) => {
  expect(decode(damaged(from, to))).toMatchObject({ events: [expected] })
})

describe('refuses, with the path of the element', () => {
  const event = 'oadrPayload/oadrSignedObject/oadrDistributeEvent/oadrEvent'
  const descriptor = `${event}/eiEvent/eventDescriptor`
  const period = `${event}/eiEvent/eiActivePeriod/properties`
  const signals = `${event}/eiEvent/eiEventSignals`
  const signal = `${signals}/eiEventSignal`

  it.each([
    ['<eventID>event-1</eventID>', '', `${descriptor}/eventID: the required element is missing`],
    ['<eventID>event-1</eventID>', '<eventID> </eventID>', `${descriptor}/eventID: is empty`],
    ['<vtnID>vtn-1</vtnID>', '', 'oadrPayload/oadrSignedObject/oadrDistributeEvent/vtnID: the required element is missing'],
    ['<modificationNumber>2<', '<modificationNumber>-1<', `${descriptor}/modificationNumber: '-1' is not a whole number`],
    ['<modificationNumber>2<', '<modificationNumber>4294967296<', `${descriptor}/modificationNumber: '4294967296'`],
    ['<priority>1</priority>', '<priority>1</priority><priority>2</priority>', `${descriptor}/priority: stands 2 times`],
    ['>2026-07-01T10:00:00.250Z<', '>yesterday<', `${descriptor}/createdDateTime: 'yesterday' is not a date-time`],
    ['>far<', '>soon<', `${descriptor}/eventStatus: 'soon' is none of none, far, near`],
    [
      '>2026-07-01T15:00:00Z<',
      '>2026-02-30T15:00:00Z<',
      `${period}/dtstart/date-time: '2026-02-30T15:00:00Z' is not a date and time that exist`,
    ],
    ['<duration>PT1H</duration>', '<duration>P1M</duration>', `${period}/duration/duration: 'P1M' counts in months`],
    ['<duration>PT1H</duration>', '', `${period}/duration/duration: the required element is missing`],
    ['>PT5M<', '>-PT5M<', `${period}/tolerance/tolerate/startafter: '-PT5M' is negative`],
    ['>P1D<', '>P1Y<', `${period}/x-eiNotification/duration: 'P1Y' counts in years`],
    [
      '<value>2.5E0</value>',
      '<value>NaN</value>',
      `${signal}/intervals/interval[2]/signalPayload/payloadFloat/value: 'NaN' is not a finite number`,
    ],
    ['<value>1</value>', '<value/>', `${signal}/intervals/interval[1]/signalPayload/payloadFloat/value: ''`],
    ['<ac>true</ac>', '<ac>maybe</ac>', `${signal}/powerReal/powerAttributes/ac: 'maybe' is neither true nor false`],
    ['<siScaleCode>k<', '<siScaleCode>K<', `${signal}/powerReal/siScaleCode: 'K' is none of`],
    ['<groupID>feeder-7</groupID>', '<district>7</district>', `${event}/eiEvent/eiTarget/district: is not a kind of target`],
    ['>always<', '>sometimes<', `${event}/oadrResponseRequired: 'sometimes' is none of always, never`],
    ['<vtnComment>hot &amp; dry', '<vtnComment>hot &hellip; dry', `${descriptor}/vtnComment: the entity '&hellip;'`],
  ])('%s → %s', (from, to, problem) => {
    expect(() => decode(damaged(from, to))).toThrow(problem)
    expect(() => decode(damaged(from, to))).toThrow(WireError)
  })

  it('the second of two events', () => {
    const [whole = ''] = /<oadrEvent>[\s\S]*<\/oadrEvent>/.exec(eventDocument) ?? []
    const twice = damaged('</oadrEvent>', `</oadrEvent>${whole.replace('<signalID>signal-1</signalID>', '')}`)
    expect(() => decode(twice)).toThrow(`${event}[2]/eiEvent/eiEventSignals/eiEventSignal/signalID: the required element is missing`)
  })

  it('a signal without intervals, and an event without signals', () => {
    const without = (pattern: RegExp): Buffer => Buffer.from(eventDocument.replace(pattern, ''))
    expect(() => decode(without(/<interval>[\s\S]*<\/interval>/))).toThrow(`${signal}/intervals/interval: at least one is needed`)
    expect(() => decode(without(/<eiEventSignal>[\s\S]*<\/eiEventSignal>/))).toThrow(`${signal}: at least one is needed`)
  })
})

describe('refuses documents that are no message to a VEN', () => {
  const wrapped = (content: string): Buffer => Buffer.from(`<oadrPayload><oadrSignedObject>${content}</oadrSignedObject></oadrPayload>`)

  it.each([
    ['another root', Buffer.from('<html/>'), 'html: is not the root'],
    ['no signed object', Buffer.from('<oadrPayload/>'), 'oadrPayload/oadrSignedObject: the required element is missing'],
    ['no message', wrapped(''), 'oadrPayload/oadrSignedObject: is empty'],
    ['two messages', wrapped('<oadrPoll/><oadrResponse/>'), 'oadrPayload/oadrSignedObject/oadrResponse: stands beside oadrPoll'],
    [
      'a message of the VEN',
      wrapped('<oadrPoll><venID>v</venID></oadrPoll>'),
      'oadrSignedObject/oadrPoll: is not a message that a VTN sends',
    ],
    ['a name of JavaScript', wrapped('<toString/>'), 'toString: is not a message that a VTN sends'],
    [
      'a code of letters',
      wrapped('<oadrResponse><eiResponse><responseCode>OK</responseCode></eiResponse></oadrResponse>'),
      "eiResponse/responseCode: 'OK' is not a response code",
    ],
    [
      'no specifierPayload',
      wrapped('<oadrCreateReport><requestID/></oadrCreateReport>'),
      'oadrCreateReport/oadrReportRequest: at least one is needed',
    ],
  ])('%s', (_, document, problem) => {
    expect(() => decode(document)).toThrow(problem)
  })

  it('with a short reason, however long the faulty value', () => {
    const message = (() => {
      try {
        return decode(damaged('>far<', `>${'x'.repeat(100_000)}<`)).type
      } catch (cause) {
        return cause instanceof WireError ? cause.message : ''
      }
    })()
    expect(message).toContain(`eventStatus: 'xxx`)
    expect(message.length).toBeLessThan(1_100)
  })

  it('a document longer than the bound, 30 MB unless another is given', () => {
    expect(() => decode(Buffer.from(eventDocument), { maxBytes: 100 })).toThrow('document: ')
    expect(() => decode(Buffer.alloc(30_000_001, 0x20))).toThrow('document: 30000001 bytes are more than the 30000000 allowed')
  })
})
