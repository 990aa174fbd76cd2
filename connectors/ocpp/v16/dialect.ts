/** OCPP 1.6J as a dialect of the socket server. */
import { type Checked, refuseAction } from '../wire/check.ts'
import { type CentralCall, callOf, type Dialect } from '../wire/dialect.ts'
import { answer } from './answers.ts'
import type { CentralAction, CentralRequest } from './central-messages.ts'
import { meaningOf, statedTimeMs } from './meaning.ts'
import { isCentralAction, validateCentralRequest, validateCentralResponse, validateStationRequest } from './validate.ts'

export const dialect16: Dialect = {
  version: '1.6',
  subprotocol: 'ocpp1.6',
  readRequest(action, payload) {
    const checked = validateStationRequest(action, payload)
    if (!checked.ok) return checked
    const message = checked.value
    const heard = { action, meaning: meaningOf(message), statedMs: statedTimeMs(message) }
    return { ok: true, value: { ...heard, answer: (context) => answer(message, context) } }
  },
  checkRequest: (action, payload): Checked<object> =>
    isCentralAction(action) ? validateCentralRequest(action, payload) : refuseAction('NotImplemented', action),
  readResponse: (action, payload): Checked<object> =>
    isCentralAction(action) ? validateCentralResponse(action, payload) : refuseAction('NotImplemented', action),
  spell: (code) => code,
}

/** A request of ours to an OCPP 1.6 station; throws where it breaks its schema. */
export const call16 = <A extends CentralAction>(action: A, payload: CentralRequest<A>): CentralCall => callOf(dialect16, action, payload)
