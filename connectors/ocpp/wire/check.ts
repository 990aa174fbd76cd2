/** Checks a payload against its schema and names the OCPP-J error code and the field of the first fault. */
import type { ZodType, z } from 'zod'
import type { OcppErrorCode } from './frames.ts'

/** `path` is dotted from the payload's root (`meterValue.0.timestamp`), '' for the payload itself. */
export type PayloadFault = {
  code: OcppErrorCode
  description: string
  path: string
}
export type Checked<T> = { ok: true; value: T } | { ok: false; fault: PayloadFault }

export function checkPayload<T>(schema: ZodType<T>, payload: unknown): Checked<T> {
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

/** `NotSupported`: the action is known, and none of ours; `NotImplemented`: it is not known at all (OCPP-J 1.6 §4.2.3). */
export function refuseAction(code: 'NotSupported' | 'NotImplemented', action: string): { ok: false; fault: PayloadFault } {
  const words = code === 'NotSupported' ? 'supported' : 'implemented'
  return { ok: false, fault: { code, description: `action ${action} is not ${words}`, path: '' } }
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
