/** Records between the utility and Drover: what was received, what it means, and what was reported back. */
import { added, boolean, bytes, enumeration, type Infer, int, list, long, of, optional, record, string } from './avro.ts'
import { logPosition, quality, testKind } from './common.ts'
import { optCause, optDecision } from './program-terms.ts'

export const signalProtocol = enumeration(
  'SignalProtocol',
  ['openadr2b', 'openadr3', 'rest', 'kafka', 'openadr31'],
  'How a signal came; openadr3 is revision 3.0, openadr31 is 3.1.',
)

export const utilitySignal = record('UtilitySignal', 'One message as it was received, byte for byte, before it was understood.', {
  vtnId: string('VTN, or requester, that sent it.'),
  protocol: of(signalProtocol, 'How it came.'),
  service: string('Service or path, for example OadrPoll.'),
  receivedMs: long('Time of receipt, epoch ms UTC.'),
  status: int('HTTP status of the answer that carried it; 0 when it was pushed.'),
  contentType: string('Content type as received.'),
  body: bytes('The bytes.'),
})
export type UtilitySignal = Infer<typeof utilitySignal>

export const targetKind = enumeration('TargetKind', ['all', 'ven', 'group', 'resource', 'place', 'device'], 'What a target names.')
export const eventTarget = record('EventTarget', 'Whom an event addresses; several targets add up.', {
  kind: of(targetKind, 'What ids are.'),
  ids: list(string('Id.'), 'Ids; empty with kind all.'),
})
export type EventTarget = Infer<typeof eventTarget>

export const eventInterval = record('EventInterval', 'A stretch of an event with one level.', {
  startMs: long('Start, epoch ms UTC.'),
  endMs: long('End, exclusive, epoch ms UTC.'),
  level: string('SIMPLE level or payload type.'),
  valueW: optional(long('Explicit limit or set-point in W, where the payload type carries one.')),
})
export type EventInterval = Infer<typeof eventInterval>

export const requestAction = enumeration(
  'RequestAction',
  ['create', 'modify', 'cancel', 'hold', 'unhold', 'approve', 'decline'],
  'What is asked. approve and decline: what an operator answers to an event that waits for it.',
)
export const holdScope = enumeration('HoldScope', ['all', 'program', 'vendor', 'place'], 'What an operator hold stops.')
export const operatorHold = record('OperatorHold', 'An operator stop over more than one device.', {
  scope: of(holdScope, 'What is stopped.'),
  id: string('Program, vendor or place; empty with scope all.'),
})
export type OperatorHold = Infer<typeof operatorHold>

export const utilityRequest = record(
  'UtilityRequest',
  'An event or hold asked for by REST, CLI or a Kafka-native utility; checked by the interpreter.',
  {
    requestId: string('De-duplicates: the same id is taken once.'),
    requester: string('Who asks.'),
    action: of(requestAction, 'What is asked.'),
    programId: string('Program; empty for hold and unhold of everything.'),
    theirEventId: string('Event id of the requester.'),
    modificationNumber: int('Counts changes of one event, from 0.'),
    intervals: list(eventInterval, 'Intervals, in order, without overlap; nothing is asked for between them.'),
    targets: list(eventTarget, 'Whom.'),
    test: of(testKind, 'Real, drill or performance test.'),
    priority: int('1 = most urgent; 0 = none given.'),
    targetW: optional(long('Reduction wanted, W; null = as much as the level gives.')),
    openEnded: boolean('True: runs until cancelled.'),
    hold: optional(of(operatorHold, 'With hold and unhold.')),
    reason: string('Why.'),
    bodyHash: added(string('Hash of the body that came with an Idempotency-Key by REST; else empty.'), ''),
    eventId: added(string('Event (ours), with approve and decline; else empty.'), ''),
    revision: added(int('Revision that was looked at, with approve and decline; 0 = the newest.'), 0),
  },
)
export type UtilityRequest = Infer<typeof utilityRequest>

export const utilityEventKind = enumeration(
  'UtilityEventKind',
  ['event', 'cancelled', 'hold', 'unhold', 'refused'],
  'What the record says.',
)
export const utilityEvent = record(
  'UtilityEvent',
  'What a signal means, normalised; the newest revision of an event replaces the older ones.',
  {
    eventId: string('Ours: hash of vtnId, program and their id.'),
    revision: int('Our own counter, from 1.'),
    kind: of(utilityEventKind, 'Event in force, cancelled, operator stop, or refused.'),
    refusal: optional(string('With refused: which field and why; for the answer to the requester.')),
    programId: string('Program; empty for a hold of everything.'),
    vtnId: string('VTN or requester.'),
    theirEventId: string('Event id of the VTN or requester.'),
    modificationNumber: int('As received; OpenADR 3: modificationDateTime in epoch seconds; -1 where there is none.'),
    startMs: long('Start of the first interval, epoch ms UTC.'),
    endMs: long('End of the last interval, exclusive, epoch ms UTC.'),
    openEnded: boolean('True: endMs is the end of the present piece; renewed until cancelled.'),
    intervals: list(eventInterval, 'Intervals, in order, without overlap; nothing is asked for between them.'),
    targets: list(eventTarget, 'Whom, resolved.'),
    test: of(testKind, 'Real, drill or performance test.'),
    rank: int('Urgency among events of one precedence: lower wins.'),
    randomizeStartS: int('Start is delayed per device by 0 to this many seconds, seeded.'),
    targetW: optional(long('Reduction wanted, W.')),
    opt: optional(of(optDecision, 'Our answer, where one is wanted; with event, null = an operator has still to decide.')),
    hold: optional(of(operatorHold, 'With hold and unhold.')),
    receivedMs: long('Receipt of the signal, epoch ms UTC; notice counts from here.'),
    signal: optional(of(logPosition, 'The signal or request that this was derived from.')),
    batchIndex: int('Place among the events of one signal, from 0.'),
    batchCount: int('How many events the signal gave; they are planned together.'),
    optCause: optional(of(optCause, 'What decided opt; null with opt null.')),
    optDetail: added(string('Who decided opt and why, in words.'), ''),
    optDeadlineMs: optional(long('With event and opt null: when the answer falls to the default of the terms, epoch ms UTC.')),
    optRequest: optional(of(logPosition, 'The request of the operator that decided opt.')),
    again: added(boolean('True: nothing changed; the record answers a request that asked for what is so already.'), false),
    ordered: added(boolean('True: dispatch.orders brings this revision, or brought an older one, so that devices may know of it.'), true),
  },
)
export type UtilityEvent = Infer<typeof utilityEvent>

export const reportPoint = record('ReportPoint', 'Values of one report data point.', {
  rId: string('rID of the report description; with a status, the rID and which part of it.'),
  values: list(long('Value.'), 'Wh per interval, or with a status counts and thousandths, by rId; aligned with startMs and stepS.'),
  qualities: list(quality, 'Quality of each value.'),
})
export const reportStatus = enumeration('ReportStatus', ['pending', 'sent', 'accepted', 'refused'], 'How far the report came.')
export const utilityReport = record('UtilityReport', 'A report to a VTN, and its delivery.', {
  reportId: string('De-duplicates: sent as new once.'),
  vtnId: string('VTN.'),
  reportRequestId: string('Request that it answers.'),
  reportSpecifierId: string('Specifier of the report.'),
  reportName: string('TELEMETRY_USAGE, HISTORY_USAGE …'),
  eventId: optional(string('Our event id, for reports about one.')),
  startMs: long('Start of the first interval, epoch ms UTC.'),
  stepS: int('Interval, seconds.'),
  points: list(reportPoint, 'Data points.'),
  status: of(reportStatus, 'How far it came.'),
  attempt: int('Tries so far.'),
  detail: string('Answer of the VTN, where it gave one.'),
})
export type UtilityReport = Infer<typeof utilityReport>

export const availabilityPeriod = record('AvailabilityPeriod', 'A period that an opt is about.', {
  fromMs: long('Start, epoch ms UTC.'),
  untilMs: long('End, exclusive, epoch ms UTC.'),
})
export const utilityOpt = record(
  'UtilityOpt',
  'What a VTN is to be told of availability, apart from the answer to an event (OpenADR 2.0b, EiOpt), and its delivery.',
  {
    optId: string('Ours; the VTN knows the opt by it, also when it is cancelled.'),
    vtnId: string('VTN.'),
    action: of(enumeration('OptAction', ['create', 'cancel'], 'What is told.'), 'Whether the opt is declared or taken back.'),
    opt: of(optDecision, 'Which way.'),
    reason: string(
      'OpenADR 2.0b OptReason: economic, emergency, mustRun, notParticipating, outageRunStatus, overrideStatus, participating, x-…',
    ),
    marketContext: optional(string('Program, as the VTN names it; null = every one.')),
    theirEventId: optional(string('Event id of the VTN, where the opt is about one event; else periods say when.')),
    modificationNumber: int('Modification of the event; 0 without one.'),
    periods: list(availabilityPeriod, 'When, where the opt is not about one event.'),
    resourceIds: list(string('Resource.'), 'Resources as the VTN knows them; empty = the whole VEN.'),
    status: of(reportStatus, 'How far it came; refused also where the VTN has no EiOpt.'),
    attempt: int('Tries so far.'),
    detail: string('Answer of the VTN, where it gave one.'),
  },
)
export type UtilityOpt = Infer<typeof utilityOpt>

export const partyRegistration = record('PartyRegistration', 'Under which ids a VTN knows us.', {
  venId: string('venID that the VTN gave us.'),
  registrationId: string('registrationID that the VTN gave us; a renewal carries it.'),
  pollS: int('Time between two polls that the VTN asked for, seconds; 0 = it asked for none.'),
})
export type PartyRegistration = Infer<typeof partyRegistration>

export const eventAnswer = record('EventAnswer', 'What we told a VTN about one event.', {
  eventId: string('Our event id; empty where the event means nothing to us.'),
  theirEventId: string('Event id of the VTN.'),
  modificationNumber: int('Modification that was answered.'),
  cancelled: boolean('True: the cancellation was answered.'),
  opt: of(optDecision, 'What we told.'),
  responseCode: string('Code that we gave, three digits.'),
  vtnCode: string('Code that the VTN answered with: 2xx = taken.'),
  detail: string('Why we refused, or why the VTN did.'),
})
export type EventAnswer = Infer<typeof eventAnswer>

export const reportAsked = record('ReportAsked', 'A report that a VTN asked for.', {
  reportRequestId: string('reportRequestID of the VTN.'),
  reportSpecifierId: string('Which of the reports on offer.'),
  rIds: list(string('rID.'), 'Data points asked for.'),
  granularityS: int('Length of the intervals, seconds; 0 = whatever there is.'),
  reportBackS: int('Time between two reports, seconds; 0 = one report.'),
  fromMs: long('Start of the period to report on, epoch ms UTC; the time of the request where the VTN named none.'),
  untilMs: optional(long('End of the period, exclusive, epoch ms UTC; null = until cancelled.')),
})
export type ReportAsked = Infer<typeof reportAsked>

export const sessionFactKind = enumeration(
  'SessionFactKind',
  ['registered', 'unregistered', 'eventAnswered', 'reportAsked', 'reportEnding', 'reportEnded'],
  'What was settled. reportEnding: cancelled by the VTN, but one last report is to follow.',
)
export const sessionFact = record(
  'SessionFact',
  'What was settled between a VTN and us: enough for a new process to go on where the last one stopped.',
  {
    vtnId: string('VTN.'),
    kind: of(sessionFactKind, 'What was settled.'),
    atMs: long('Epoch ms UTC.'),
    signal: optional(of(logPosition, 'The message of the VTN that settled it.')),
    registration: optional(of(partyRegistration, 'With registered.')),
    answer: optional(of(eventAnswer, 'With eventAnswered.')),
    report: optional(of(reportAsked, 'With reportAsked, reportEnding and reportEnded.')),
  },
)
export type SessionFact = Infer<typeof sessionFact>
