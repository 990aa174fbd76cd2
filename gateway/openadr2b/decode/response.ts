/** Reads oadrResponse and the eiResponse that other messages carry. */

import type { EiResponse, OadrResponse } from '../types/response.ts'
import { WireError } from '../wire-error.ts'
import type { Element } from '../xml/parse.ts'
import { idIfAny, maybe, one, text, token } from '../xml/read.ts'

export const eiResponse = (element: Element): EiResponse => ({
  responseCode: one(element, 'responseCode', responseCode),
  responseDescription: maybe(element, 'responseDescription', text),
  requestID: one(element, 'requestID', text),
})

export const oadrResponse = (element: Element): OadrResponse => ({
  type: 'oadrResponse',
  eiResponse: one(element, 'eiResponse', eiResponse),
  venID: maybe(element, 'venID', idIfAny),
})

const responseCode = (element: Element): string => {
  const code = token(element)
  if (!/^\d{3}$/.test(code)) throw new WireError(element.path, `'${code}' is not a response code of three digits`)
  return code
}
