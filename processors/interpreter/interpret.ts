/** Says what one signal or request means, from what is known at that time; pure, so that the log can be understood again with newer code. */
import type { Program } from '../../schemas/programs.ts'
import type { UtilityEvent, UtilityRequest, UtilitySignal } from '../../schemas/utility.ts'
import { onWord } from './approval.ts'
import type { SignalReader, Understanding } from './claim.ts'
import { interpretClaims, type Known, type Receipt } from './decide.ts'
import type { DeliverableW } from './opt.ts'
import { refuseRequest } from './refuse-request.ts'
import { claimOf, missingEvent, onHold } from './request.ts'

/** One reader per protocol that signals come by. */
export type SignalReaders = Readonly<Partial<Record<UtilitySignal['protocol'], SignalReader>>>

/** What is known when a signal or request arrives. */
export interface Notebook {
  programs(): readonly Program[]
  readonly deliverableW: DeliverableW
  /** What a VTN calls us. */
  venIdOf(vtnId: string): string | undefined
  /** Newest records of a sender's events, by theirEventId. */
  eventsOf(sender: string): ReadonlyMap<string, UtilityEvent>
  eventOf(sender: string, theirEventId: string): UtilityEvent | undefined
  /** By our id. */
  findEvent(eventId: string): UtilityEvent | undefined
}

export type SignalMeaning =
  | Exclude<Understanding, { kind: 'events' }>
  | { readonly kind: 'events'; readonly events: readonly UtilityEvent[] }
  | { readonly kind: 'unknownProtocol' }

export function interpretSignal(signal: UtilitySignal, receipt: Receipt, readers: SignalReaders, notebook: Notebook): SignalMeaning {
  const reader = readers[signal.protocol]
  if (!reader) return { kind: 'unknownProtocol' }
  const meaning = reader(signal)
  if (meaning.kind !== 'events') return meaning
  const { vtnId } = signal
  const known: Known = {
    vtnId,
    venId: notebook.venIdOf(vtnId),
    programs: notebook.programs(),
    events: notebook.eventsOf(vtnId),
    deliverableW: notebook.deliverableW,
  }
  return { kind: 'events', events: interpretClaims(meaning.claims, meaning.complete, known, receipt) }
}

/** Who asks waits for an answer, also when nothing changes. */
const sameAgain = (event: UtilityEvent, { signal }: Receipt): UtilityEvent => ({
  ...event,
  again: true,
  signal,
  batchIndex: 0,
  batchCount: 1,
})

/** What a request leads to: one record, which is its answer. */
export function interpretRequest(request: UtilityRequest, receipt: Receipt, notebook: Notebook, nowMs: number): readonly UtilityEvent[] {
  const { action, requester } = request
  if (action === 'approve' || action === 'decline') return [onWord(request, notebook.findEvent(request.eventId), receipt, nowMs)]
  const claim = claimOf(request)
  if (!claim) return [onHold(request, receipt)]
  const event = notebook.eventOf(requester, request.theirEventId)
  const wrong = missingEvent(request, event)
  if (wrong !== undefined) return [refuseRequest(request, event, receipt, wrong)]
  const events = new Map(event ? [[event.theirEventId, event]] : [])
  const known: Known = { vtnId: requester, venId: undefined, programs: notebook.programs(), events, deliverableW: notebook.deliverableW }
  const fresh = interpretClaims([claim], false, known, receipt)
  return fresh.length === 0 && event ? [sameAgain(event, receipt)] : fresh
}
