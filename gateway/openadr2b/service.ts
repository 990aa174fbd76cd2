/** The services of the simple HTTP binding, and which one takes which message of the VEN. */

import type { VenMessage } from './messages.ts'

export const services = ['EiEvent', 'EiReport', 'EiRegisterParty', 'EiOpt', 'OadrPoll'] as const

/** Last part of the URL `<base>/OpenADR2/Simple/2.0b/<service>`. */
export type Service = (typeof services)[number]

const serviceByType = {
  oadrPoll: 'OadrPoll',
  oadrRequestEvent: 'EiEvent',
  oadrCreatedEvent: 'EiEvent',
  oadrQueryRegistration: 'EiRegisterParty',
  oadrCreatePartyRegistration: 'EiRegisterParty',
  oadrCancelPartyRegistration: 'EiRegisterParty',
  oadrCanceledPartyRegistration: 'EiRegisterParty',
  oadrRegisterReport: 'EiReport',
  oadrRegisteredReport: 'EiReport',
  oadrCreatedReport: 'EiReport',
  oadrUpdateReport: 'EiReport',
  oadrCanceledReport: 'EiReport',
  oadrCreateOpt: 'EiOpt',
  oadrCancelOpt: 'EiOpt',
} as const satisfies Record<Exclude<VenMessage['type'], 'oadrResponse'>, Service>

/** The service that takes a message; oadrResponse has none of its own and goes to the service of what it answers. */
export const serviceOf = (type: Exclude<VenMessage['type'], 'oadrResponse'>): Service => serviceByType[type]
