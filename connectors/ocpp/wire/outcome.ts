/** What came of a call to a station, read from its answer or from the lack of one. */
import { z } from 'zod'
import type { Dialect, OcppVersion } from './dialect.ts'

/** The station's own words. `rawFrame` is kept as evidence; `status` is '' where the response has none, `detail` its statusInfo (2.0.1). */
export type Answered = { uniqueId: string; status: string; detail: string; payload: unknown; rawFrame: string; elapsedMs: number }

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
  /** Never sent: the station speaks another version than the call. */
  | { kind: 'otherVersion'; uniqueId: string; speaks: OcppVersion }

/** `Unknown` (ClearChargingProfile) is a success: what we want gone is gone. */
const ACCEPTED = new Set(['Accepted', 'RebootRequired', 'Unknown', ''])
const NOT_SUPPORTED = new Set(['NotSupported', 'NotImplemented', 'UnknownVendorId', 'UnknownMessageId'])

const ownWords = z.object({
  status: z.string().default(''),
  statusInfo: z.object({ reasonCode: z.string(), additionalInfo: z.string().optional() }).optional(),
})

export type Answer = { uniqueId: string; rawFrame: string; elapsedMs: number }

export function readResult(dialect: Dialect, action: string, payload: unknown, answer: Answer): AnsweredOutcome {
  const checked = dialect.readResponse(action, payload)
  if (!checked.ok) {
    const { code, description } = checked.fault
    return { kind: 'callError', code, description: `unreadable answer: ${description}`, by: 'central', ...answer }
  }
  const { status, statusInfo } = ownWords.parse(checked.value)
  const detail = [statusInfo?.reasonCode, statusInfo?.additionalInfo].filter((part) => part !== undefined && part !== '').join(': ')
  const answered: Answered = { status, detail, payload: checked.value, ...answer }
  if (ACCEPTED.has(status)) return { kind: 'accepted', ...answered }
  return NOT_SUPPORTED.has(status) ? { kind: 'notSupported', ...answered } : { kind: 'rejected', ...answered }
}

export function readError(code: string, description: string, answer: Answer): AnsweredOutcome {
  const failed: Failed = { code, description, by: 'station', ...answer }
  return NOT_SUPPORTED.has(code) ? { kind: 'notSupported', ...failed } : { kind: 'callError', ...failed }
}
