/** EiOpt messages: availability and opt-outs that the VEN declares of itself (oadr_20b.xsd, oadr_ei_20b.xsd). */

import type { OptType, QualifiedEventID } from './event.ts'
import type { EiResponse } from './response.ts'
import type { EiTarget } from './target.ts'

/** oadr_ei_20b.xsd, OptReasonEnumeratedType. */
export const optReasons = [
  'economic',
  'emergency',
  'mustRun',
  'notParticipating',
  'outageRunStatus',
  'overrideStatus',
  'participating',
] as const
export type OptReason = (typeof optReasons)[number] | `x-${string}`

export type OadrCreateOpt = {
  type: 'oadrCreateOpt'
  optID: string
  optType: OptType
  optReason: OptReason
  marketContext?: string | undefined
  venID: string
  /** Periods that the opt is for; either these or the event below. */
  vavailability?: readonly { startMs: number; durationS: number }[] | undefined
  createdDateTimeMs: number
  requestID: string
  qualifiedEventID?: QualifiedEventID | undefined
  targets: EiTarget
  deviceClass?: EiTarget | undefined
}

export type OadrCancelOpt = { type: 'oadrCancelOpt'; requestID: string; optID: string; venID: string }

export type OadrCreatedOpt = { type: 'oadrCreatedOpt'; eiResponse: EiResponse; optID: string }

export type OadrCanceledOpt = { type: 'oadrCanceledOpt'; eiResponse: EiResponse; optID?: string | undefined }
