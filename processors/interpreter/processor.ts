/** Derives what signals and requests mean, and what is answered, as utility.events; the one writer of that topic. */
import type { OptDecision } from '../../schemas/program-terms.ts'
import type { UtilityEvent } from '../../schemas/utility.ts'
import { versionAt } from '../programs/fold.ts'
import { defineProcessor, type Received } from '../runtime/define.ts'
import { isOverdue, onDeadline } from './approval.ts'
import { interpretRequest, interpretSignal, type Notebook, type SignalReaders } from './interpret.ts'
import { allPrograms, deliverableIn, eventsOf, type InterpreterContext, inputs, keyOf, outputs, stores, tables } from './ports.ts'

/** Ended events are remembered this long, so that a late modification is refused as stale instead of taken as new. */
export const REMEMBER_MS = 2 * 86_400_000

/** Requests are known by their ids for this long: longer than REST takes an Idempotency-Key for the same. */
export const TAKEN_MS = 7 * 86_400_000

/** A refusal changes nothing that is in force, so it is answered and not remembered; holds are the broadcaster's to remember. */
function publish(context: InterpreterContext, fresh: readonly UtilityEvent[]): void {
  for (const event of fresh) {
    if ((event.kind === 'event' || event.kind === 'cancelled') && !event.again)
      context.stores.events.put(keyOf(event.vtnId, event.theirEventId), event)
    context.emit('event', event)
  }
}

const positionOf = ({ topic, partition, offset }: Received<unknown>) => ({ topic, partition, offset })

function notebookOf(context: InterpreterContext): Notebook {
  const { senders, events } = context.stores
  return {
    programs: () => allPrograms(context),
    deliverableW: deliverableIn(context),
    venIdOf: (vtnId) => senders.get(vtnId)?.venId,
    eventsOf: (sender) => eventsOf(events, sender),
    eventOf: (sender, theirEventId) => events.get(keyOf(sender, theirEventId)),
    // Operators name events by our id; there are few such requests, and few events in force.
    findEvent: (eventId) => events.entries().find(([, event]) => event.eventId === eventId)?.[1],
  }
}

function defaultOf({ tables: { programs } }: InterpreterContext, { programId, startMs }: UtilityEvent): OptDecision {
  const program = programs.get(programId)
  return (program && versionAt(program, startMs)?.terms.optDefault) ?? 'optOut'
}

/** The interpreter, with one reader per protocol that signals come by. */
export const createInterpreter = (readers: SignalReaders) =>
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
        if (!signal) return context.reject('invalidValue', 'a signal has a value')
        const receipt = { receivedMs: signal.receivedMs, signal: positionOf(received) }
        const meaning = interpretSignal(signal, receipt, readers, notebookOf(context))
        if (meaning.kind === 'unknownProtocol') return context.reject('invalidValue', `no reader for protocol ${signal.protocol}`)
        if (meaning.kind === 'unreadable') return context.reject('unreadableBody', meaning.detail, meaning.place)
        if (meaning.kind === 'registered') context.stores.senders.put(signal.vtnId, { venId: meaning.venId })
        if (meaning.kind === 'events') publish(context, meaning.events)
      },
      request: (context, received) => {
        const request = received.value
        if (!request) return context.reject('invalidValue', 'a request has a value')
        const { taken } = context.stores
        if (taken.get(request.requestId)) return
        taken.put(request.requestId, { offset: received.offset, atMs: context.nowMs })
        const receipt = { receivedMs: received.timestampMs, signal: positionOf(received) }
        publish(context, interpretRequest(request, receipt, notebookOf(context), context.nowMs))
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
