/** Says one message to the VTN, and takes in what comes back. */
import { encode } from '../encode.ts'
import { type Exchange, ExchangeError, type RawAnswer } from '../exchange.ts'
import type { Said, VenInstruments } from '../instruments.ts'
import type { Service } from '../service.ts'
import type { Outgoing } from './compose.ts'
import type { Heard } from './course.ts'
import { type ReceiveDeps, receive } from './receive.ts'

export interface ListenDeps extends ReceiveDeps {
  readonly exchange: Exchange
  readonly instruments: VenInstruments
}

type Problem = { readonly problem: string; readonly outcome: Said }

/** Where nothing came back there is nothing to record. */
async function post(service: Service, outgoing: Outgoing, { exchange, seal, clock }: ListenDeps): Promise<RawAnswer | Problem> {
  try {
    const document = encode(outgoing.message)
    return await exchange.post(service, seal ? seal.sign(document, clock.nowMs()) : document)
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    return { problem, outcome: error instanceof ExchangeError ? error.fault : 'unreachable' }
  }
}

/** RFC 9110, 10.2.3: seconds or a date; undefined = none that can be read. Real ms. */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000
  const untilMs = Date.parse(value)
  return Number.isNaN(untilMs) ? undefined : Math.max(0, untilMs - nowMs)
}

/** Only a real clock can be compared with the VTN's. */
function noteSkew(answer: RawAnswer, { vtnId, clock, instruments }: ListenDeps): void {
  const theirsMs = Date.parse(answer.headers.date ?? '')
  if (clock.rate === 1 && !Number.isNaN(theirsMs)) instruments.skew(vtnId, (theirsMs - clock.nowMs()) / 1000)
}

export async function listen(outgoing: Outgoing, deps: ListenDeps): Promise<Heard> {
  const { vtnId, clock, instruments } = deps
  const { service } = outgoing
  const answer = await post(service, outgoing, deps)
  if ('problem' in answer) {
    instruments.said(vtnId, service, answer.outcome)
    return { kind: 'fault', detail: answer.problem, signal: undefined }
  }
  noteSkew(answer, deps)
  const { status, body, headers } = answer
  const taken = await receive({ service, status, contentType: headers['content-type'] ?? '', body }, deps)
  if (status !== 200) {
    instruments.said(vtnId, service, `http-${status}`)
    const restMs = retryAfterMs(headers['retry-after'], clock.nowMs())
    return { kind: 'fault', detail: `HTTP ${status}`, signal: undefined, status, ...(restMs && { retryAfterMs: restMs * clock.rate }) }
  }
  if (body.length === 0) {
    instruments.said(vtnId, service, outgoing.message.type === 'oadrResponse' ? 'answered' : 'unreadable')
    return { kind: 'fault', detail: 'HTTP 200 without a message', signal: undefined, status, empty: true }
  }
  instruments.said(vtnId, service, taken.kind === 'message' ? 'answered' : taken.kind)
  if (taken.kind === 'message') return taken
  return { kind: 'fault', detail: taken.kind === 'unreadable' ? `${taken.path}: ${taken.detail}` : taken.detail, signal: undefined, status }
}
