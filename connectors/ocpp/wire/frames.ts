/** Reads and writes the three frames of OCPP-J 1.6 (§4.2): CALL, CALLRESULT and CALLERROR. */

/** Error codes of OCPP-J 1.6 §4.2.3, spelt as there ("Occurence" included). */
export type OcppErrorCode =
  | 'NotImplemented'
  | 'NotSupported'
  | 'InternalError'
  | 'ProtocolError'
  | 'SecurityError'
  | 'FormationViolation'
  | 'PropertyConstraintViolation'
  | 'OccurenceConstraintViolation'
  | 'TypeConstraintViolation'
  | 'GenericError'

export type Call = { type: 'call'; uniqueId: string; action: string; payload: unknown }
export type CallResult = { type: 'result'; uniqueId: string; payload: unknown }
export type CallError = { type: 'error'; uniqueId: string; code: string; description: string; details: unknown }
export type Frame = Call | CallResult | CallError

/** Why a frame cannot be read; `answerable` is false where a CALLERROR would answer an answer (§4.1.3, §4.2). */
export type FrameFault = { type: 'fault'; uniqueId: string; code: OcppErrorCode; description: string; answerable: boolean }

/** Stands for the id of a message whose id cannot be read. */
export const UNREADABLE_ID = '-1'
const MAX_ID_LENGTH = 36

/** One text message → frame, or a fault that carries the error code to answer with. */
export function parseFrame(text: string): Frame | FrameFault {
  const parts = parseArray(text)
  if (typeof parts === 'string') return fault(UNREADABLE_ID, parts)
  const [messageType, uniqueId] = parts
  if (!isUniqueId(uniqueId))
    return fault(UNREADABLE_ID, `[1] UniqueId must be a string of 1 to ${MAX_ID_LENGTH} characters`, messageType === 2)
  switch (messageType) {
    case 2:
      return parseCall(uniqueId, parts)
    case 3:
      return parts.length === 3
        ? { type: 'result', uniqueId, payload: parts[2] ?? {} }
        : fault(uniqueId, 'a CALLRESULT has 3 elements: [3, id, payload]', false)
    case 4:
      return parseError(uniqueId, parts)
    default:
      return fault(uniqueId, `[0] MessageTypeId must be 2, 3 or 4, not ${JSON.stringify(messageType)}`, false)
  }
}

export function serialiseCall(uniqueId: string, action: string, payloadJson: string): string {
  return `[2,${JSON.stringify(uniqueId)},${JSON.stringify(action)},${payloadJson}]`
}

export function serialiseResult(uniqueId: string, payload: object): string {
  return `[3,${JSON.stringify(uniqueId)},${JSON.stringify(payload)}]`
}

export function serialiseError(uniqueId: string, code: string, description: string, details: object = {}): string {
  return JSON.stringify([4, uniqueId, code, description.slice(0, 255), details])
}

function parseArray(text: string): unknown[] | string {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : 'a message must be a JSON array'
  } catch {
    return 'a message must be JSON'
  }
}

function parseCall(uniqueId: string, parts: unknown[]): Call | FrameFault {
  const [, , action, payload] = parts
  if (parts.length !== 4) return fault(uniqueId, 'a CALL has 4 elements: [2, id, action, payload]')
  if (typeof action !== 'string' || action === '') return fault(uniqueId, '[2] Action must be a string')
  return { type: 'call', uniqueId, action, payload: payload ?? {} }
}

function parseError(uniqueId: string, parts: unknown[]): CallError | FrameFault {
  const [, , code, description, details] = parts
  if (typeof code !== 'string') return fault(uniqueId, '[2] ErrorCode must be a string', false)
  return { type: 'error', uniqueId, code, description: typeof description === 'string' ? description : '', details: details ?? {} }
}

function isUniqueId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_ID_LENGTH
}

function fault(uniqueId: string, description: string, answerable = true): FrameFault {
  return { type: 'fault', uniqueId, code: 'FormationViolation', description, answerable }
}
