/** EiRegisterParty messages: how a VEN joins and leaves a VTN (oadr_20b.xsd). */

import type { EiResponse } from './response.ts'

export const profileNames = ['2.0a', '2.0b'] as const
export type ProfileName = (typeof profileNames)[number]

export const transportNames = ['simpleHttp', 'xmpp'] as const
export type TransportName = (typeof transportNames)[number]

/** A name with key and value texts: one service's settings, or one extension. */
export type NamedInfo = { name: string; info: readonly { key: string; value: string }[] }

export type OadrQueryRegistration = { type: 'oadrQueryRegistration'; requestID: string }

export type OadrCreatePartyRegistration = {
  type: 'oadrCreatePartyRegistration'
  requestID: string
  /** Present to renew a registration. */
  registrationID?: string | undefined
  venID?: string | undefined
  profileName: ProfileName
  transportName: TransportName
  /** Where the VTN pushes to; only without the pull model. */
  transportAddress?: string | undefined
  reportOnly: boolean
  xmlSignature: boolean
  venName?: string | undefined
  httpPullModel?: boolean | undefined
}

/** Answer to a query (then without registrationID and venID) and to a registration. */
export type OadrCreatedPartyRegistration = {
  type: 'oadrCreatedPartyRegistration'
  eiResponse: EiResponse
  registrationID?: string | undefined
  venID?: string | undefined
  vtnID: string
  profiles: readonly { profileName: ProfileName; transportNames: readonly TransportName[] }[]
  requestedOadrPollFreqS?: number | undefined
  serviceSpecificInfo: readonly NamedInfo[]
  extensions: readonly NamedInfo[]
}

export type OadrCancelPartyRegistration = {
  type: 'oadrCancelPartyRegistration'
  requestID: string
  registrationID: string
  venID?: string | undefined
}

export type OadrCanceledPartyRegistration = {
  type: 'oadrCanceledPartyRegistration'
  eiResponse: EiResponse
  registrationID?: string | undefined
  venID?: string | undefined
}

export type OadrRequestReregistration = { type: 'oadrRequestReregistration'; venID: string }
