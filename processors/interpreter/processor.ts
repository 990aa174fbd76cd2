/** Derives what signals and requests mean, as utility.events; the one writer of that topic. */
import { long, record, string } from '../../schemas/avro.ts'
import type { Program } from '../../schemas/programs.ts'
import type { UtilityEvent, UtilitySignal } from '../../schemas/utility.ts'
import { utilityEvent } from '../../schemas/utility.ts'
import { programsView, utilityEvents, utilityRequests, utilitySignals } from '../../topics/catalogue.ts'
import { defineProcessor, type Received, type Store, store, type Table, table } from '../runtime/define.ts'
import type { SignalReader } from './claim.ts'
import { interpretClaims, type Known } from './decide.ts'
import { claimOf, holdOf } from './request.ts'

const sender = record('Sender', 'What a VTN called us.', { venId: string('venID that the VTN gave us.') })

const takenRequest = record('TakenRequest', 'A request that was taken.', { offset: long('Offset of the request.') })

/** Ended events are remembered this long, so that a late modification is refused as stale instead of taken as new. */
const REMEMBER_MS = 2 * 86_400_000

type Programs = Table<Program>
type Events = Store<UtilityEvent>

const keyOf = (vtnId: string, theirEventId: string) => `${vtnId}\u0000${theirEventId}`

function eventsOf(events: Events, vtnId: string): ReadonlyMap<string, UtilityEvent> {
  const prefix = keyOf(vtnId, '')
  const found = new Map<string, UtilityEvent>()
  for (const [key, event] of events.entries(prefix, Number.MAX_SAFE_INTEGER)) {
    if (!key.startsWith(prefix)) break
    found.set(event.theirEventId, event)
  }
  return found
}

const allOf = (programs: Programs): readonly Program[] =>
  programs.indexed('all', undefined, Number.MAX_SAFE_INTEGER).flatMap((id) => programs.get(id) ?? [])

/** A refusal changes nothing that is in force, so it is answered and not remembered. */
function remember(events: Events, fresh: readonly UtilityEvent[]): void {
  for (const event of fresh) if (event.kind !== 'refused') events.put(keyOf(event.vtnId, event.theirEventId), event)
}

const positionOf = ({ topic, partition, offset }: Received<unknown>) => ({ topic, partition, offset })

/** The interpreter, with one reader per protocol that signals come by. */
export const createInterpreter = (readers: Readonly<Partial<Record<UtilitySignal['protocol'], SignalReader>>>) =>
  defineProcessor({
    name: 'interpreter',
    about: 'Derives what signals and requests mean.',
    inputs: { signal: utilitySignals, request: utilityRequests },
    outputs: { event: utilityEvents },
    stores: { senders: store(sender), events: store(utilityEvent), taken: store(takenRequest) },
    tables: { programs: table(programsView, () => ['all']) },
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
        const known: Known = {
          vtnId,
          venId: senders.get(vtnId)?.venId,
          programs: allOf(context.tables.programs),
          events: eventsOf(events, vtnId),
        }
        const fresh = interpretClaims(meaning.claims, meaning.complete, known, { receivedMs, signal: positionOf(received) })
        remember(events, fresh)
        for (const event of fresh) context.emit('event', event)
      },
      request: (context, received) => {
        const request = received.value
        if (!request) return context.reject('invalidValue', 'a request has a value')
        const { taken, events } = context.stores
        if (taken.get(request.requestId)) return
        taken.put(request.requestId, { offset: received.offset })
        const receipt = { receivedMs: received.timestampMs, signal: positionOf(received) }
        const hold = holdOf(request, receipt.receivedMs, receipt.signal)
        if (hold) return context.emit('event', hold)
        const claim = claimOf(request)
        if (!claim) return context.reject('invalidValue', 'hold: is missing; name its scope and id', request.requestId)
        const event = events.get(keyOf(request.requester, request.theirEventId))
        const known: Known = {
          vtnId: request.requester,
          venId: undefined,
          programs: allOf(context.tables.programs),
          events: new Map(event ? [[event.theirEventId, event]] : []),
        }
        const fresh = interpretClaims([claim], false, known, receipt)
        remember(events, fresh)
        for (const one of fresh) context.emit('event', one)
      },
    },
    onTick: ({ nowMs, stores: { events } }) => {
      for (const [key, event] of events.entries()) if (event.endMs < nowMs - REMEMBER_MS && !event.openEnded) events.delete(key)
    },
  })
