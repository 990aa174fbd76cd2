/** Takes one request of a VEN to the handler of its message, or says in OpenADR's terms why not. */

import { XMLValidator } from 'fast-xml-parser'
import { onCreatedEvent, onRequestEvent } from './handle/event.ts'
import { onCancelOpt, onCreateOpt } from './handle/opt.ts'
import { onPoll, onResponse } from './handle/poll.ts'
import {
  onCanceledPartyRegistration,
  onCancelPartyRegistration,
  onCreatePartyRegistration,
  onQueryRegistration,
} from './handle/registration.ts'
import { onPendingReports, onRegisteredReport, onRegisterReport } from './handle/report.ts'
import { onUpdateReport } from './handle/report-update.ts'
import type { VtnState } from './state.ts'
import { writeResponse } from './write/response.ts'
import { child, type Parsed, parseMessage, text } from './xml.ts'

type Handler = (state: VtnState, body: Parsed, nowMs: number) => string

const handlers: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  EiRegisterParty: {
    oadrQueryRegistration: onQueryRegistration,
    oadrCreatePartyRegistration: onCreatePartyRegistration,
    oadrCancelPartyRegistration: onCancelPartyRegistration,
    oadrCanceledPartyRegistration: onCanceledPartyRegistration,
    oadrResponse: onResponse,
  },
  EiEvent: { oadrRequestEvent: onRequestEvent, oadrCreatedEvent: onCreatedEvent },
  EiReport: {
    oadrRegisterReport: onRegisterReport,
    oadrRegisteredReport: onRegisteredReport,
    oadrCreatedReport: onPendingReports,
    oadrCanceledReport: onPendingReports,
    oadrUpdateReport: onUpdateReport,
    oadrResponse: onResponse,
  },
  EiOpt: { oadrCreateOpt: onCreateOpt, oadrCancelOpt: onCancelOpt },
  OadrPoll: { oadrPoll: onPoll },
}

/** HTTP status and document; anything but a message for that service is 400 or an oadrResponse with a 4xx code. */
export const answer = (state: VtnState, service: string, source: string, nowMs: number): { status: 200 | 400 | 404; document: string } => {
  const known = handlers[service]
  if (known === undefined) return { status: 404, document: '' }
  const message = XMLValidator.validate(source) === true ? parseMessage(source) : undefined
  if (message === undefined) return { status: 400, document: '' }
  const handle = known[message.name]
  const refuse = (code: string, description: string) => {
    state.refusals.push(description)
    return { status: 200, document: writeResponse(text(message.body, 'requestID'), { code, description }) } as const
  }
  if (handle === undefined) return refuse('459', `${service} does not take ${message.name}`)
  const venID = venOf(message.body)
  if (service !== 'EiRegisterParty' && !state.registrations.has(venID)) return refuse('463', `VEN '${venID}' is not registered`)
  return { status: 200, document: handle(state, message.body, nowMs) }
}

const venOf = (body: Parsed): string =>
  text(body, 'venID') || text(child(body, 'eiRequestEvent'), 'venID') || text(child(body, 'eiCreatedEvent'), 'venID')
