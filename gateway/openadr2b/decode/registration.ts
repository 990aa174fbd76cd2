/** Reads the EiRegisterParty messages of a VTN. */

import {
  type NamedInfo,
  type OadrCanceledPartyRegistration,
  type OadrCancelPartyRegistration,
  type OadrCreatedPartyRegistration,
  type OadrRequestReregistration,
  profileNames,
  transportNames,
} from '../types/registration.ts'
import type { Element } from '../xml/parse.ts'
import { durationPropS, id, idIfAny, many, maybe, one, oneOf, type Reader, some, text, token } from '../xml/read.ts'
import { eiResponse } from './response.ts'

export const oadrCreatedPartyRegistration = (element: Element): OadrCreatedPartyRegistration => ({
  type: 'oadrCreatedPartyRegistration',
  eiResponse: one(element, 'eiResponse', eiResponse),
  registrationID: maybe(element, 'registrationID', idIfAny),
  venID: maybe(element, 'venID', idIfAny),
  vtnID: one(element, 'vtnID', id),
  profiles: one(element, 'oadrProfiles', (profiles) => some(profiles, 'oadrProfile', profile)),
  requestedOadrPollFreqS: maybe(element, 'oadrRequestedOadrPollFreq', durationPropS),
  serviceSpecificInfo: maybe(element, 'oadrServiceSpecificInfo', named('oadrService', 'oadrServiceName')) ?? [],
  extensions: maybe(element, 'oadrExtensions', named('oadrExtension', 'oadrExtensionName')) ?? [],
})

export const oadrCancelPartyRegistration = (element: Element): OadrCancelPartyRegistration => ({
  type: 'oadrCancelPartyRegistration',
  requestID: one(element, 'requestID', text),
  registrationID: one(element, 'registrationID', id),
  venID: maybe(element, 'venID', idIfAny),
})

export const oadrCanceledPartyRegistration = (element: Element): OadrCanceledPartyRegistration => ({
  type: 'oadrCanceledPartyRegistration',
  eiResponse: one(element, 'eiResponse', eiResponse),
  registrationID: maybe(element, 'registrationID', idIfAny),
  venID: maybe(element, 'venID', idIfAny),
})

export const oadrRequestReregistration = (element: Element): OadrRequestReregistration => ({
  type: 'oadrRequestReregistration',
  venID: one(element, 'venID', id),
})

const profile = (element: Element): OadrCreatedPartyRegistration['profiles'][number] => ({
  profileName: one(element, 'oadrProfileName', oneOf(profileNames)),
  transportNames: one(element, 'oadrTransports', (transports) => some(transports, 'oadrTransport', transportName)),
})

const transportName = (element: Element): (typeof transportNames)[number] => one(element, 'oadrTransportName', oneOf(transportNames))

const named =
  (item: string, nameElement: string): Reader<NamedInfo[]> =>
  (element) =>
    many(element, item, (entry) => ({ name: one(entry, nameElement, token), info: many(entry, 'oadrInfo', info) }))

const info = (element: Element): NamedInfo['info'][number] => ({
  key: one(element, 'oadrKey', text),
  value: one(element, 'oadrValue', text),
})
