/** Checks payloads of OCPP 2.0.1 against the schemas of their messages. */
import type { ZodType } from 'zod'
import { type Checked, checkPayload, refuseAction } from '../wire/check.ts'
import { type CentralAction, centralMessages } from './central-messages.ts'
import { type StationAction, type StationMessage, stationRequests, unsupportedActions } from './station-messages.ts'

export function validateStationRequest(action: string, payload: unknown): Checked<StationMessage> {
  if (!isStationAction(action)) return refuseAction(unsupportedActions.has(action) ? 'NotSupported' : 'NotImplemented', action)
  const checked = checkPayload<unknown>(stationRequests[action], payload)
  return checked.ok ? { ok: true, value: { action, payload: checked.value } as StationMessage } : checked
}

export function validateCentral(side: 'request' | 'response', action: string, payload: unknown): Checked<object> {
  if (!isCentralAction(action)) return refuseAction('NotImplemented', action)
  return checkPayload<object>(centralMessages[action][side] as ZodType<object>, payload)
}

const isStationAction = (action: string): action is StationAction => Object.hasOwn(stationRequests, action)
const isCentralAction = (action: string): action is CentralAction => Object.hasOwn(centralMessages, action)
