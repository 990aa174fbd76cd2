/** Writes the VTN's short answers: oadrResponse, and the answers to opts. */

import { type Body, document } from '../xml.ts'

/** Outcome of a request, with the code of OpenADR 2.0b and a sentence for people. */
export type Outcome = { code: string; description: string }
export const accepted: Outcome = { code: '200', description: 'OK' }

export const eiResponse = (requestID: string, { code, description }: Outcome): Body => ({
  'e:responseCode': code,
  'e:responseDescription': description,
  'p:requestID': requestID,
})

export const writeResponse = (requestID: string, outcome: Outcome, venID?: string): string =>
  document('oadrResponse', { 'e:eiResponse': eiResponse(requestID, outcome), 'e:venID': venID })

export const writeCreatedOpt = (requestID: string, outcome: Outcome, optID: string): string =>
  document('oadrCreatedOpt', { 'e:eiResponse': eiResponse(requestID, outcome), 'e:optID': optID })

export const writeCanceledOpt = (requestID: string, outcome: Outcome, optID: string): string =>
  document('oadrCanceledOpt', { 'e:eiResponse': eiResponse(requestID, outcome), 'e:optID': optID })
