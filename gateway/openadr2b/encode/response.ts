/** Writes oadrResponse and the eiResponse that other messages carry. */

import type { EiResponse, OadrResponse } from '../types/response.ts'
import { WireError } from '../wire-error.ts'
import { type Children, element, optional, value, type Xml } from '../xml/write.ts'

export const eiResponse = (response: EiResponse): Xml => element('ei:eiResponse', ...responseParts(response))

/** The children of an EiResponseType, which eventResponse repeats. */
export const responseParts = (response: EiResponse): Children[] => {
  if (!/^\d{3}$/.test(response.responseCode)) {
    throw new WireError('ei:responseCode', `'${response.responseCode}' is not a response code of three digits`)
  }
  return [
    value('ei:responseCode', response.responseCode),
    optional('ei:responseDescription', response.responseDescription),
    value('pyld:requestID', response.requestID),
  ]
}

export const oadrResponse = (message: OadrResponse): Children[] => [eiResponse(message.eiResponse), optional('ei:venID', message.venID)]
