/** Derives what signals and requests mean, and what is answered, as utility.events; the one writer of that topic. */
import type { OptDecision } from '../../schemas/program-terms.ts'
import type { UtilityEvent, UtilityRequest, UtilitySignal } from '../../schemas/utility.ts'
import { versionAt } from '../programs/fold.ts'
import { defineProcessor, type Received } from '../runtime/define.ts'
import { isOverdue, onDeadline, onWord } from './approval.ts'
import type { SignalReader } from './claim.ts'
import { interpretClaims, type Known, type Receipt } from './decide.ts'
import { allPrograms, deliverableIn, eventsOf, type InterpreterContext, inputs, keyOf, outputs, stores, tables } from './ports.ts'
import { refuseRequest } from './refuse-request.ts'
import { claimOf, missingEvent, onHold } from './request.ts'

/** Ended events are remembered this long, so that a late modification is refused as stale instead of taken as new. */
const REMEMBER_MS = 2 * 86_400_000

/** Requests are known by their ids for this long: longer than REST takes an Idempotency-Key for the same. */
const TAKEN_MS = 7 * 86_400_000

/** A refusal changes nothing that is in force, so it is answered and not remembered; holds are the broadcaster's to remember. */
function publish(context: InterpreterContext, fresh: readonly UtilityEvent[]): void {
  for (const event of fresh) {
    if ((event.kind === 'event' || event.kind === 'cancelled') && !event.again)
      context.stores.events.put(keyOf(event.vtnId, event.theirEventId), event)
    context.emit('event', event)
  }
}

const positionOf = ({ topic, partition, offset }: Received<unknown>) => ({ topic, partition, offset })

const worldOf = (context: InterpreterContext): Pick<Known, 'programs' | 'deliverableW'> => ({
  programs: allPrograms(context),
  deliverableW: deliverableIn(context),
})

/** Operators name events by our id; there are few such requests, and few events in force. */
const findEvent = ({ stores: { events } }: InterpreterContext, eventId: string): UtilityEvent | undefined =>
  events.entries().find(([, event]) => event.eventId === eventId)?.[1]

/** Who asks waits for an answer, also when nothing changes. */
const sameAgain = (event: UtilityEvent, { signal }: Receipt): UtilityEvent => ({
  ...event,
  again: true,
  signal,
  batchIndex: 0,
  batchCount: 1,
})

/** What a request leads to: one record, which is its answer. */
function answersTo(context: InterpreterContext, request: UtilityRequest, receipt: Receipt): readonly UtilityEvent[] {
  if (request.action === 'approve' || request.action === 'decline')
    return [onWord(request, findEvent(context, request.eventId), receipt, context.nowMs)]
  const claim = claimOf(request)
  if (!claim) return [onHold(request, receipt)]
  const event = context.stores.events.get(keyOf(request.requester, request.theirEventId))
  const events = new Map(event ? [[event.theirEventId, event]] : [])
  const known: Known = { ...worldOf(context), vtnId: request.requester, venId: undefined, events }
  const unknown = missingEvent(request, event)
  if (unknown !== undefined) return [refuseRequest(request, event, receipt, unknown)]
  const fresh = interpretClaims([claim], false, known, receipt)
  return fresh.length === 0 && event ? [sameAgain(event, receipt)] : fresh
}

function defaultOf({ tables: { programs } }: InterpreterContext, { programId, startMs }: UtilityEvent): OptDecision {
  const program = programs.get(programId)
  return (program && versionAt(program, startMs)?.terms.optDefault) ?? 'optOut'
}

/** The interpreter, with one reader per protocol that signals come by. */
export const createInterpreter = (readers: Readonly<Partial<Record<UtilitySignal['protocol'], SignalReader>>>) =>
  defineProcessor({
    name: 'interpreter',
    about: 'Derives what signals and requests mean.',
    inputs,
    outputs,
    stores,
    tables,
    on: {
      signal: (context, received) => {
        const signal = received.value
        const reader = signal ? readers[signal.protocol] : undefined
        if (!signal || !reader) return context.reject('invalidValue', `no reader for protocol ${signal?.protocol ?? 'none'}`)
        const meaning = reader(signal)
        if (meaning.kind === 'unreadable') return context.reject('unreadableBody', meaning.detail, meaning.place)
        const { vtnId, receivedMs } = signal
        const { senders, events } = context.stores
        if (meaning.kind === 'registered') senders.put(vtnId, { venId: meaning.venId })
        if (meaning.kind !== 'events') return
        const known: Known = { ...worldOf(context), vtnId, venId: senders.get(vtnId)?.venId, events: eventsOf(events, vtnId) }
        publish(context, interpretClaims(meaning.claims, meaning.complete, known, { receivedMs, signal: positionOf(received) }))
      },
      request: (context, received) => {
        const request = received.value
        if (!request) return context.reject('invalidValue', 'a request has a value')
        const { taken } = context.stores
        if (taken.get(request.requestId)) return
        taken.put(request.requestId, { offset: received.offset, atMs: context.nowMs })
        publish(context, answersTo(context, request, { receivedMs: received.timestampMs, signal: positionOf(received) }))
      },
    },
    onTick: (context) => {
      const { nowMs, stores: known } = context
      for (const [key, event] of known.events.entries()) {
        if (isOverdue(event, nowMs)) publish(context, [onDeadline(event, defaultOf(context, event))])
        else if (event.endMs < nowMs - REMEMBER_MS && !event.openEnded) known.events.delete(key)
      }
      for (const [requestId, { atMs }] of known.taken.entries()) if (atMs < nowMs - TAKEN_MS) known.taken.delete(requestId)
    },
  })
