/** Checks payloads of OCPP 1.6 against the schemas of their messages. */
import type { ZodType } from 'zod'
import { type Checked, checkPayload, refuseAction } from '../wire/check.ts'
import { type CentralAction, type CentralRequest, type CentralResponse, centralMessages } from './central-messages.ts'
import { type StationAction, type StationRequest, stationRequests } from './station-messages.ts'

/** A readable request of a station, tied to its action. */
export type StationMessage = {
  [A in StationAction]: { action: A; payload: StationRequest<A> }
}[StationAction]

export function validateStationRequest(action: string, payload: unknown): Checked<StationMessage> {
  if (!isStationAction(action)) return refuseAction('NotImplemented', action)
  const checked = checkPayload<unknown>(stationRequests[action], payload)
  return checked.ok ? { ok: true, value: { action, payload: checked.value } as StationMessage } : checked
}

export function validateCentralRequest<A extends CentralAction>(action: A, payload: unknown): Checked<CentralRequest<A>> {
  return checkPayload<CentralRequest<A>>(centralMessages[action].request as unknown as ZodType<CentralRequest<A>>, payload)
}

export function validateCentralResponse<A extends CentralAction>(action: A, payload: unknown): Checked<CentralResponse<A>> {
  return checkPayload<CentralResponse<A>>(centralMessages[action].response as unknown as ZodType<CentralResponse<A>>, payload)
}

function isStationAction(action: string): action is StationAction {
  return Object.hasOwn(stationRequests, action)
}

export const isCentralAction = (action: string): action is CentralAction => Object.hasOwn(centralMessages, action)
