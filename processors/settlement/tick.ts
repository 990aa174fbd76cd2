/** Looks at every event on a tick: begins what is due, asks again, closes at the deadline. */
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import { hashId } from '../../topics/ids.ts'
import { termsAt } from '../terms/terms-at.ts'
import { askAgain, askNext } from './ask.ts'
import type { SettlementContext } from './define.ts'
import { entriesOf } from './keys.ts'
import { planEvent } from './plan-event.ts'
import type { SettledEvent } from './state.ts'
import { deadlineMs, KEEP_MS, settleAtMs } from './times.ts'

/** The terms that settle an event: those that held at its start. */
export function termsOf(context: SettlementContext, event: SettledEvent): ProgramTerms | undefined {
  const program = context.stores.programs.get(event.programId)?.program
  return program && termsAt(program, event.startMs)
}

export function tickEvents(context: SettlementContext, askAgainMs: number): void {
  for (const [eventId, event] of context.stores.events.entries()) {
    const terms = termsOf(context, event)
    const next = terms && event.isSettled ? tickEvent(context, event, terms, askAgainMs) : event
    const kept = context.nowMs > event.endMs + KEEP_MS ? { ...next, phase: 'forgetting' as const } : next
    if (kept !== event) context.stores.events.put(eventId, kept)
  }
}

function tickEvent(context: SettlementContext, event: SettledEvent, terms: ProgramTerms, askAgainMs: number): SettledEvent {
  const { nowMs } = context
  switch (event.phase) {
    case 'waiting':
      return nowMs >= settleAtMs(event, terms) ? beginPass(context, event, terms) : event
    case 'pass':
      return remind(context, event, terms, askAgainMs)
    case 'watch':
      return watch(context, remind(context, event, terms, askAgainMs), terms)
    default:
      return event
  }
}

/** Other terms for the time of an event that was settled before: all its units are computed anew. */
export function beginPass(context: SettlementContext, event: SettledEvent, terms: ProgramTerms): SettledEvent {
  const { spans } = planEvent(event, terms, true)
  const begun: SettledEvent = {
    ...event,
    phase: 'pass',
    cursor: '',
    asked: null,
    termsHash: hashOfTerms(terms),
    fromMs: spans[0]?.fromMs ?? event.startMs,
    toMs: spans.at(-1)?.toMs ?? event.endMs,
  }
  return askNext(context, begun, terms)
}

export function hashOfTerms(terms: ProgramTerms): string {
  return hashId(JSON.stringify(terms))
}

function remind(context: SettlementContext, event: SettledEvent, terms: ProgramTerms, askAgainMs: number): SettledEvent {
  const { asked } = event
  if (asked === null) return askNext(context, event, terms)
  return context.nowMs - asked.askedMs >= askAgainMs ? askAgain(context, event, terms, asked) : event
}

function watch(context: SettlementContext, event: SettledEvent, terms: ProgramTerms): SettledEvent {
  const isDeadline = !event.isClosed && context.nowMs >= deadlineMs(event, terms)
  if (isDeadline && event.asked === null) return { ...event, phase: 'closing', cursor: '' }
  const hasReady = entriesOf(context.stores.ready, event.eventId, '', 1).length > 0
  return hasReady && !event.finalizing ? { ...event, finalizing: true } : event
}
