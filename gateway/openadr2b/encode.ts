/** Writes one message of the VEN as an oadrPayload document, valid against oadr_20b.xsd. */

import { oadrCreatedEvent, oadrRequestEvent } from './encode/event.ts'
import { oadrCancelOpt, oadrCreateOpt } from './encode/opt.ts'
import { oadrPoll } from './encode/poll.ts'
import {
  oadrCanceledPartyRegistration,
  oadrCancelPartyRegistration,
  oadrCreatePartyRegistration,
  oadrQueryRegistration,
} from './encode/registration.ts'
import { oadrRegisteredReport, oadrRegisterReport, pendingReports } from './encode/report.ts'
import { oadrUpdateReport } from './encode/report-update.ts'
import { oadrResponse } from './encode/response.ts'
import type { VenMessage } from './messages.ts'
import { WireError } from './wire-error.ts'
import { type Children, payload } from './xml/write.ts'

/** The document as text, to be sent as UTF-8; unsigned. Throws a WireError naming message and element for a value that XML or the schema cannot carry. */
export const encode = (message: VenMessage): string => {
  try {
    return payload(`oadr:${message.type}`, content(message))
  } catch (cause) {
    if (cause instanceof WireError) throw new WireError(`${message.type}//${cause.path}`, cause.problem)
    throw cause
  }
}

const content = (message: VenMessage): readonly Children[] => {
  switch (message.type) {
    case 'oadrPoll':
      return oadrPoll(message)
    case 'oadrResponse':
      return oadrResponse(message)
    case 'oadrRequestEvent':
      return oadrRequestEvent(message)
    case 'oadrCreatedEvent':
      return oadrCreatedEvent(message)
    case 'oadrQueryRegistration':
      return oadrQueryRegistration(message)
    case 'oadrCreatePartyRegistration':
      return oadrCreatePartyRegistration(message)
    case 'oadrCancelPartyRegistration':
      return oadrCancelPartyRegistration(message)
    case 'oadrCanceledPartyRegistration':
      return oadrCanceledPartyRegistration(message)
    case 'oadrRegisterReport':
      return oadrRegisterReport(message)
    case 'oadrRegisteredReport':
      return oadrRegisteredReport(message)
    case 'oadrCreatedReport':
    case 'oadrCanceledReport':
      return pendingReports(message)
    case 'oadrUpdateReport':
      return oadrUpdateReport(message)
    case 'oadrCreateOpt':
      return oadrCreateOpt(message)
    case 'oadrCancelOpt':
      return oadrCancelOpt(message)
  }
}
