/** The least VEN that can talk to a VTN in tests: one exchange, one message out, one message back. */

import { decode } from '../../gateway/openadr2b/decode.ts'
import { encode } from '../../gateway/openadr2b/encode.ts'
import { createExchange } from '../../gateway/openadr2b/exchange.ts'
import type { VenMessage, VtnMessage } from '../../gateway/openadr2b/messages.ts'
import { type Service, serviceOf } from '../../gateway/openadr2b/service.ts'
import type { Vtn } from './vtn.ts'

type Answer<Type extends VtnMessage['type']> = Extract<VtnMessage, { type: Type }>

/** Sends a message and reads the answer, which must be of the type awaited; `service` only for oadrResponse. */
export const createVen = (vtn: Vtn) => {
  const exchange = createExchange({ base: vtn.url })
  const send = async <Type extends VtnMessage['type']>(message: VenMessage, awaited: Type, service?: Service): Promise<Answer<Type>> => {
    const target = service ?? (message.type === 'oadrResponse' ? 'EiRegisterParty' : serviceOf(message.type))
    const { status, body } = await exchange.post(target, encode(message))
    const answer = decode(body)
    if (status !== 200 || answer.type !== awaited) throw new Error(`HTTP ${status}, ${JSON.stringify(answer)} instead of ${awaited}`)
    return answer as Answer<Type>
  }
  return {
    send,
    poll: <Type extends VtnMessage['type']>(venID: string, awaited: Type) => send({ type: 'oadrPoll', venID }, awaited),
    exchange,
  }
}

export type Ven = ReturnType<typeof createVen>

/** Registers a new VEN and returns its ids. */
export const register = async (ven: Ven, venName = 'herd'): Promise<{ venID: string; registrationID: string }> => {
  const { venID = '', registrationID = '' } = await ven.send(
    {
      type: 'oadrCreatePartyRegistration',
      requestID: 'register',
      profileName: '2.0b',
      transportName: 'simpleHttp',
      reportOnly: false,
      xmlSignature: false,
      venName,
      httpPullModel: true,
    },
    'oadrCreatedPartyRegistration',
  )
  return { venID, registrationID }
}
