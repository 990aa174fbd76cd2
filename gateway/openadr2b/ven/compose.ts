/** Writes the message of a move. */
import type { UtilityReport } from '../../../schemas/utility.ts'
import type { VenMessage } from '../messages.ts'
import { type Service, serviceOf } from '../service.ts'
import type { OadrCreatedEvent } from '../types/event.ts'
import type { Answer, Move } from './course.ts'
import type { Knowledge } from './knowledge.ts'
import { offerReports } from './offers.ts'
import { writeOpt } from './write-opt.ts'
import { writeReport } from './write-report.ts'

type Spoken = Exclude<Move, { kind: 'wait' | 'discard' | 'pushed' }>

export interface Outgoing {
  readonly service: Service
  readonly message: VenMessage
}

export interface Speaker {
  readonly venName: string
  /** Where the VTN pushes to; undefined = it is polled. */
  readonly transportAddress?: string | undefined
  /** True: messages are signed both ways. */
  readonly xmlSignature?: boolean
  /** Unique per message of this VEN. */
  readonly requestID: string
  readonly nowMs: number
}

const createdEvent = (venID: string, requestId: string, answers: readonly Answer[]): OadrCreatedEvent => ({
  type: 'oadrCreatedEvent',
  eiResponse: { responseCode: '200', responseDescription: 'OK', requestID: requestId },
  venID,
  eventResponses: answers.map(({ theirEventId, modificationNumber, opt, responseCode, detail }) => ({
    responseCode,
    ...(detail === '' ? {} : { responseDescription: detail }),
    requestID: requestId,
    eventID: theirEventId,
    modificationNumber,
    optType: opt,
  })),
})

const updateReport = (venID: string, requestID: string, report: UtilityReport, nowMs: number): VenMessage => ({
  type: 'oadrUpdateReport',
  requestID,
  venID,
  reports: [writeReport(report, nowMs)],
})

function messageOf(move: Exclude<Spoken, { kind: 'reply' }>, known: Knowledge, speaker: Speaker) {
  const { venName, requestID, nowMs, transportAddress, xmlSignature = false } = speaker
  const venID = known.registration?.venId ?? ''
  switch (move.kind) {
    case 'query':
      return { type: 'oadrQueryRegistration', requestID } as const
    case 'register':
      return {
        type: 'oadrCreatePartyRegistration',
        requestID,
        ...(known.registration ? { registrationID: known.registration.registrationId, venID } : {}),
        profileName: '2.0b',
        transportName: 'simpleHttp',
        ...(transportAddress === undefined ? {} : { transportAddress }),
        reportOnly: false,
        xmlSignature,
        venName,
        httpPullModel: transportAddress === undefined,
      } as const
    case 'offer':
      return offerReports({ requestID, venID, scopes: move.scopes, metadataFor: move.metadataFor, nowMs })
    case 'sync':
      return { type: 'oadrRequestEvent', requestID, venID } as const
    case 'answer':
      return createdEvent(venID, move.requestId, move.answers)
    case 'report':
      return updateReport(venID, requestID, move.report, nowMs) as Extract<VenMessage, { type: 'oadrUpdateReport' }>
    case 'opt':
      return writeOpt(move.opt, { venID, requestID, nowMs })
    case 'poll':
      return { type: 'oadrPoll', venID } as const
    case 'leave':
      return { type: 'oadrCancelPartyRegistration', requestID, registrationID: move.registrationId, venID } as const
  }
}

export function compose(move: Spoken, known: Knowledge, speaker: Speaker): Outgoing {
  if (move.kind === 'reply') return move.owed
  const message = messageOf(move, known, speaker)
  return { service: serviceOf(message.type), message }
}
