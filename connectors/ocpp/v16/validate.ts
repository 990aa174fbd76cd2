/** Checks payloads against the message schemas and names the OCPP-J error code and field of the first fault. */
import type { ZodType, z } from 'zod'
import type { OcppErrorCode } from '../wire/frames.ts'
import { type CentralAction, type CentralRequest, type CentralResponse, centralMessages } from './central-messages.ts'
import { type StationAction, type StationRequest, stationRequests } from './station-messages.ts'

/** `path` is dotted from the payload's root (`meterValue.0.timestamp`), '' for the payload itself. */
export type PayloadFault = {
  code: OcppErrorCode
  description: string
  path: string
}
export type Checked<T> = { ok: true; value: T } | { ok: false; fault: PayloadFault }

/** A readable request of a station, tied to its action. */
export type StationMessage = {
  [A in StationAction]: { action: A; payload: StationRequest<A> }
}[StationAction]

export function validateStationRequest(action: string, payload: unknown): Checked<StationMessage> {
  if (!isStationAction(action)) {
    return {
      ok: false,
      fault: {
        code: 'NotImplemented',
        description: `action ${action} is not implemented`,
        path: '',
      },
    }
  }
  const checked = check<unknown>(stationRequests[action], payload)
  return checked.ok ? { ok: true, value: { action, payload: checked.value } as StationMessage } : checked
}

export function validateCentralRequest<A extends CentralAction>(action: A, payload: unknown): Checked<CentralRequest<A>> {
  return check<CentralRequest<A>>(centralMessages[action].request as unknown as ZodType<CentralRequest<A>>, payload)
}

export function validateCentralResponse<A extends CentralAction>(action: A, payload: unknown): Checked<CentralResponse<A>> {
  return check<CentralResponse<A>>(centralMessages[action].response as unknown as ZodType<CentralResponse<A>>, payload)
}

function isStationAction(action: string): action is StationAction {
  return Object.hasOwn(stationRequests, action)
}

function check<T>(schema: ZodType<T>, payload: unknown): Checked<T> {
  const parsed = schema.safeParse(payload)
  if (parsed.success) return { ok: true, value: parsed.data }
  const [issue] = parsed.error.issues
  const path = issue?.path.map(String).join('.') ?? ''
  const code = issue === undefined ? 'GenericError' : codeOf(issue, payload)
  return {
    ok: false,
    fault: {
      code,
      description: `${path || 'payload'}: ${issue?.message ?? 'invalid'}`,
      path,
    },
  }
}

function codeOf(issue: z.core.$ZodIssue, payload: unknown): OcppErrorCode {
  if (issue.code !== 'invalid_type' && issue.code !== 'invalid_union') {
    return issue.code === 'too_small' && issue.origin === 'array' ? 'OccurenceConstraintViolation' : 'PropertyConstraintViolation'
  }
  return valueAt(payload, issue.path) === undefined ? 'OccurenceConstraintViolation' : 'TypeConstraintViolation'
}

function valueAt(payload: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined), payload)
}
