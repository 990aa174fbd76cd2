/** Writes the EiRegisterParty messages of a VEN. */

import type {
  OadrCanceledPartyRegistration,
  OadrCancelPartyRegistration,
  OadrCreatePartyRegistration,
  OadrQueryRegistration,
} from '../types/registration.ts'
import { type Children, optional, value } from '../xml/write.ts'
import { eiResponse } from './response.ts'

export const oadrQueryRegistration = (message: OadrQueryRegistration): Children[] => [value('pyld:requestID', message.requestID)]

export const oadrCreatePartyRegistration = (message: OadrCreatePartyRegistration): Children[] => [
  value('pyld:requestID', message.requestID),
  optional('ei:registrationID', message.registrationID),
  optional('ei:venID', message.venID),
  value('oadr:oadrProfileName', message.profileName),
  value('oadr:oadrTransportName', message.transportName),
  optional('oadr:oadrTransportAddress', message.transportAddress),
  value('oadr:oadrReportOnly', message.reportOnly),
  value('oadr:oadrXmlSignature', message.xmlSignature),
  optional('oadr:oadrVenName', message.venName),
  optional('oadr:oadrHttpPullModel', message.httpPullModel),
]

export const oadrCancelPartyRegistration = (message: OadrCancelPartyRegistration): Children[] => [
  value('pyld:requestID', message.requestID),
  value('ei:registrationID', message.registrationID),
  optional('ei:venID', message.venID),
]

export const oadrCanceledPartyRegistration = (message: OadrCanceledPartyRegistration): Children[] => [
  eiResponse(message.eiResponse),
  optional('ei:registrationID', message.registrationID),
  optional('ei:venID', message.venID),
]
