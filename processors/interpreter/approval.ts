/** Decides answers that were left open: by the word of an operator, or by the deadline of the terms. */
import type { OptDecision } from '../../schemas/program-terms.ts'
import type { UtilityEvent, UtilityRequest } from '../../schemas/utility.ts'
import type { Receipt } from './decide.ts'
import { decided } from './opt.ts'
import { refuseRequest } from './refuse-request.ts'

/** A revision of its own, which differs in the answer only; notice still counts from the receipt of the signal. */
const answered = (event: UtilityEvent, opted: ReturnType<typeof decided>): UtilityEvent => ({
  ...event,
  revision: event.revision + 1,
  batchIndex: 0,
  batchCount: 1,
  ...opted,
})

function fault(request: UtilityRequest, event: UtilityEvent | undefined, nowMs: number): string | undefined {
  if (request.eventId === '') return 'eventId: is empty; name the event that is answered'
  if (!event) return `eventId: there is no event "${request.eventId}"`
  if (event.kind === 'cancelled') return `eventId: event "${request.eventId}" is cancelled`
  if (!event.openEnded && event.endMs <= nowMs) return `eventId: event "${request.eventId}" is over`
  if (request.revision !== 0 && request.revision !== event.revision)
    return `revision: ${request.revision} was looked at, but the event has revision ${event.revision} by now`
  if (event.optCause === 'termsBroken') return `eventId: event "${request.eventId}" breaks the terms of its program (${event.optDetail})`
  return undefined
}

/**
 * What `approve` or `decline` comes to. An answer that was given may still be changed while the event is not over, except that
 * nobody approves what breaks the terms: devices would refuse it one by one.
 */
export function onWord(request: UtilityRequest, event: UtilityEvent | undefined, receipt: Receipt, nowMs: number): UtilityEvent {
  const wrong = fault(request, event, nowMs)
  if (wrong !== undefined || !event) return refuseRequest(request, event, receipt, wrong ?? '')
  const opt = request.action === 'approve' ? 'optIn' : 'optOut'
  const words = `${request.action === 'approve' ? 'approved' : 'declined'} by ${request.requester}${request.reason ? `: ${request.reason}` : ''}`
  return answered(event, decided(event, opt, 'operator', words, receipt.signal))
}

export const isOverdue = (event: UtilityEvent, nowMs: number): boolean =>
  event.kind === 'event' && event.opt === null && event.optDeadlineMs !== null && event.optDeadlineMs <= nowMs

/** The event when nobody said anything in time. */
export const onDeadline = (event: UtilityEvent, optDefault: OptDecision): UtilityEvent =>
  answered(event, decided(event, optDefault, 'deadline', `optDefault: nobody answered by the deadline, so ${optDefault}`))
