/** What came of a call to a station, read from its answer or from the lack of one. */
import type { CentralAction } from '../v16/central-messages.ts'
import { validateCentralResponse } from '../v16/validate.ts'

/** The station's own words. `rawFrame` is kept as evidence; `status` is '' where the response has none. */
export type Answered = { uniqueId: string; status: string; payload: unknown; rawFrame: string; elapsedMs: number }

/** A CALLERROR, or an answer that we cannot read (`by: 'central'`). */
export type Failed = {
  uniqueId: string
  code: string
  description: string
  by: 'station' | 'central'
  rawFrame: string
  elapsedMs: number
}

export type AnsweredOutcome =
  | ({ kind: 'accepted' } & Answered)
  | ({ kind: 'rejected' } & Answered)
  | ({ kind: 'notSupported' } & (Answered | Failed))
  | ({ kind: 'callError' } & Failed)

export type CallOutcome =
  | AnsweredOutcome
  /** Sent, and no answer within the time-out; the answer may yet come, as `late`. */
  | { kind: 'timeout'; uniqueId: string; elapsedMs: number }
  /** An answer after the time-out; reported by the `onLateAnswer` hook, never by `call`. */
  | { kind: 'late'; uniqueId: string; elapsedMs: number; outcome: AnsweredOutcome }
  /** No socket, or it closed; `sent` tells whether the station may have got the call. */
  | { kind: 'disconnected'; uniqueId: string; sent: boolean }
  /** Never sent: a newer call with the same key took its place in the queue. */
  | { kind: 'superseded'; uniqueId: string; by: string }
  /** Never sent: too many calls wait for this station. */
  | { kind: 'queueFull'; uniqueId: string }

/** `Unknown` (ClearChargingProfile) is a success: what we want gone is gone. */
const ACCEPTED = new Set(['Accepted', 'RebootRequired', 'Unknown', ''])
const NOT_SUPPORTED = new Set(['NotSupported', 'NotImplemented', 'UnknownVendorId', 'UnknownMessageId'])

type Answer = { uniqueId: string; rawFrame: string; elapsedMs: number }

export function readResult(action: CentralAction, payload: unknown, answer: Answer): AnsweredOutcome {
  const checked = validateCentralResponse(action, payload)
  if (!checked.ok) {
    const { code, description } = checked.fault
    return { kind: 'callError', code, description: `unreadable answer: ${description}`, by: 'central', ...answer }
  }
  const status = 'status' in checked.value ? checked.value.status : ''
  const answered: Answered = { status, payload: checked.value, ...answer }
  if (ACCEPTED.has(status)) return { kind: 'accepted', ...answered }
  return NOT_SUPPORTED.has(status) ? { kind: 'notSupported', ...answered } : { kind: 'rejected', ...answered }
}

export function readError(code: string, description: string, answer: Answer): AnsweredOutcome {
  const failed: Failed = { code, description, by: 'station', ...answer }
  return NOT_SUPPORTED.has(code) ? { kind: 'notSupported', ...failed } : { kind: 'callError', ...failed }
}
