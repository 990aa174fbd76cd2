/** OCPP 2.0.1 as a dialect of the socket server. */
import { type CentralCall, callOf, type Dialect } from '../wire/dialect.ts'
import type { OcppErrorCode } from '../wire/frames.ts'
import { answer } from './answers.ts'
import type { CentralAction, CentralRequest } from './central-messages.ts'
import { meaningOf, statedTimeMs } from './meaning.ts'
import { validateCentral, validateStationRequest } from './validate.ts'

/** Where part 4 §4.3 names or spells an error otherwise than 1.6: what cannot be read as a frame is an error of the framework. */
const SPELLINGS: Partial<Record<OcppErrorCode, string>> = {
  FormationViolation: 'RpcFrameworkError',
  OccurenceConstraintViolation: 'OccurrenceConstraintViolation',
}

export const dialect201: Dialect = {
  version: '2.0.1',
  subprotocol: 'ocpp2.0.1',
  readRequest(action, payload) {
    const checked = validateStationRequest(action, payload)
    if (!checked.ok) return checked
    const message = checked.value
    const heard = { action, meaning: meaningOf(message), statedMs: statedTimeMs(message) }
    return { ok: true, value: { ...heard, answer: (context) => answer(message, context) } }
  },
  checkRequest: (action, payload) => validateCentral('request', action, payload),
  readResponse: (action, payload) => validateCentral('response', action, payload),
  spell: (code) => SPELLINGS[code] ?? code,
}

/** A request of ours to an OCPP 2.0.1 station; throws where it breaks its schema. */
export const call201 = <A extends CentralAction>(action: A, payload: CentralRequest<A>): CentralCall => callOf(dialect201, action, payload)
