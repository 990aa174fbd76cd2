/** Writes the VTN's EiRegisterParty messages. */

import type { Registration, VtnState } from '../state.ts'
import { document, durationProp } from '../xml.ts'
import { eiResponse, type Outcome } from './response.ts'

/** Answer to a query (no registration) or to a registration. */
export const writeCreatedPartyRegistration = (state: VtnState, requestID: string, outcome: Outcome, registration?: Registration): string =>
  document('oadrCreatedPartyRegistration', {
    'e:eiResponse': eiResponse(requestID, outcome),
    'e:registrationID': registration?.registrationID,
    'e:venID': registration?.venID,
    'e:vtnID': state.vtnID,
    'o:oadrProfiles': {
      'o:oadrProfile': { 'o:oadrProfileName': '2.0b', 'o:oadrTransports': { 'o:oadrTransport': { 'o:oadrTransportName': 'simpleHttp' } } },
    },
    'o:oadrRequestedOadrPollFreq': durationProp(state.pollFreqS),
    'o:oadrServiceSpecificInfo': {
      'o:oadrService': { 'o:oadrServiceName': 'EiEvent', 'o:oadrInfo': { 'o:oadrKey': 'simulated', 'o:oadrValue': 'true' } },
    },
    'o:oadrExtensions': { 'o:oadrExtension': { 'o:oadrExtensionName': 'x-simulator' } },
  })

export const writeCanceledPartyRegistration = (requestID: string, outcome: Outcome, registrationID: string, venID: string): string =>
  document('oadrCanceledPartyRegistration', {
    'e:eiResponse': eiResponse(requestID, outcome),
    'e:registrationID': registrationID,
    'e:venID': venID === '' ? undefined : venID,
  })

export const writeCancelPartyRegistration = (requestID: string, registration: Registration): string =>
  document('oadrCancelPartyRegistration', {
    'p:requestID': requestID,
    'e:registrationID': registration.registrationID,
    'e:venID': registration.venID,
  })

export const writeRequestReregistration = (venID: string): string => document('oadrRequestReregistration', { 'e:venID': venID })
