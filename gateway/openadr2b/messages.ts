/** The OpenADR 2.0b messages that a VEN reads and writes, each told apart by `type`, the element's own name. */

import type { OadrCreatedEvent, OadrDistributeEvent, OadrRequestEvent } from './types/event.ts'
import type { OadrCanceledOpt, OadrCancelOpt, OadrCreatedOpt, OadrCreateOpt } from './types/opt.ts'
import type { OadrPoll } from './types/poll.ts'
import type {
  OadrCanceledPartyRegistration,
  OadrCancelPartyRegistration,
  OadrCreatedPartyRegistration,
  OadrCreatePartyRegistration,
  OadrQueryRegistration,
  OadrRequestReregistration,
} from './types/registration.ts'
import type {
  OadrCanceledReport,
  OadrCancelReport,
  OadrCreatedReport,
  OadrCreateReport,
  OadrRegisteredReport,
  OadrRegisterReport,
  OadrUpdatedReport,
} from './types/report.ts'
import type { OadrUpdateReport } from './types/report-update.ts'
import type { OadrResponse } from './types/response.ts'

/** VTN → VEN, whether as an answer, out of a poll, or pushed. */
export type VtnMessage =
  | OadrDistributeEvent
  | OadrResponse
  | OadrCreatedPartyRegistration
  | OadrCancelPartyRegistration
  | OadrCanceledPartyRegistration
  | OadrRequestReregistration
  | OadrRegisterReport
  | OadrRegisteredReport
  | OadrCreateReport
  | OadrCancelReport
  | OadrUpdatedReport
  | OadrCreatedOpt
  | OadrCanceledOpt

/** VEN → VTN. */
export type VenMessage =
  | OadrPoll
  | OadrResponse
  | OadrRequestEvent
  | OadrCreatedEvent
  | OadrQueryRegistration
  | OadrCreatePartyRegistration
  | OadrCancelPartyRegistration
  | OadrCanceledPartyRegistration
  | OadrRegisterReport
  | OadrRegisteredReport
  | OadrCreatedReport
  | OadrUpdateReport
  | OadrCanceledReport
  | OadrCreateOpt
  | OadrCancelOpt
