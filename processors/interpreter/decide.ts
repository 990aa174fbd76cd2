/** Decides what the claims of one signal or request change: new events, revisions, cancellations, refusals. */
import type { LogPosition } from '../../schemas/common.ts'
import type { Program } from '../../schemas/programs.ts'
import type { UtilityEvent } from '../../schemas/utility.ts'
import { hashId } from '../../topics/ids.ts'
import type { EventClaim } from './claim.ts'
import { type DeliverableW, decided, optOf } from './opt.ts'
import { resolveClaim, type Sound } from './resolve.ts'

/** What the interpreter knows when claims arrive. */
export interface Known {
  readonly vtnId: string
  readonly venId: string | undefined
  readonly programs: readonly Program[]
  /** The newest record of every event of this sender that is in force, by theirEventId. */
  readonly events: ReadonlyMap<string, UtilityEvent>
  readonly deliverableW: DeliverableW
}

export interface Receipt {
  readonly receivedMs: number
  readonly signal: LogPosition
}

const sameMeaning = (event: UtilityEvent, claim: EventClaim, sound: Sound): boolean =>
  event.kind === 'event' &&
  JSON.stringify([event.intervals, event.targets, event.test, event.rank, event.randomizeStartS, event.targetW, event.openEnded]) ===
    JSON.stringify([sound.intervals, sound.targets, sound.test, sound.rank, claim.randomizeStartS, sound.targetW, claim.openEnded])

function refuse(claim: EventClaim, known: Known, receipt: Receipt, refusal: string): UtilityEvent {
  const programId = 'programId' in claim.program ? claim.program.programId : ''
  const [first, last] = [claim.intervals[0], claim.intervals.at(-1)]
  return {
    eventId: hashId(known.vtnId, programId, claim.theirEventId),
    revision: known.events.get(claim.theirEventId)?.revision ?? 0,
    kind: 'refused',
    refusal,
    programId,
    vtnId: known.vtnId,
    theirEventId: claim.theirEventId,
    modificationNumber: claim.modificationNumber,
    startMs: first?.startMs ?? 0,
    endMs: last?.endMs ?? 0,
    openEnded: claim.openEnded,
    intervals: claim.intervals,
    targets: claim.targets,
    test: 'none',
    rank: 0,
    randomizeStartS: claim.randomizeStartS,
    targetW: claim.targetW,
    opt: 'optOut',
    hold: null,
    receivedMs: receipt.receivedMs,
    signal: receipt.signal,
    batchIndex: 0,
    batchCount: 1,
    optCause: 'refused',
    optDetail: refusal,
    optDeadlineMs: null,
    optRequest: null,
    again: false,
    ordered: false,
  }
}

function accept(claim: EventClaim, sound: Sound, known: Known, receipt: Receipt): UtilityEvent {
  const eventId = hashId(known.vtnId, sound.programId, claim.theirEventId)
  const [first, last] = [sound.intervals[0], sound.intervals.at(-1)]
  const before = known.events.get(claim.theirEventId)
  const event: UtilityEvent = {
    ...refuse(claim, known, receipt, ''),
    eventId,
    revision: (before?.revision ?? 0) + 1,
    kind: 'event',
    refusal: null,
    programId: sound.programId,
    startMs: first?.startMs ?? 0,
    endMs: last?.endMs ?? 0,
    intervals: sound.intervals,
    targetW: sound.targetW,
    targets: sound.targets,
    test: sound.test,
    rank: sound.rank,
  }
  return { ...event, ...optOf(event, before, sound.terms, known.deliverableW) }
}

/** Cancelling keeps what the event was, so that readers know what ends. */
function cancel(event: UtilityEvent, receipt: Receipt, modificationNumber: number): UtilityEvent {
  return {
    ...event,
    revision: event.revision + 1,
    kind: 'cancelled',
    modificationNumber,
    receivedMs: receipt.receivedMs,
    signal: receipt.signal,
    ...decided(event, 'optIn', 'automatic', 'a cancellation is always agreed to'),
    ordered: event.ordered,
  }
}

function onClaim(claim: EventClaim, known: Known, receipt: Receipt): UtilityEvent | undefined {
  const event = known.events.get(claim.theirEventId)
  if (event && claim.modificationNumber < event.modificationNumber) {
    return refuse(
      claim,
      known,
      receipt,
      `modificationNumber: ${claim.modificationNumber} is older than ${event.modificationNumber}, which is in force`,
    )
  }
  // An unknown cancelled event is no error (OpenADR 2.0b conformance rule 21).
  if (claim.cancelled) return event && event.kind === 'event' ? cancel(event, receipt, claim.modificationNumber) : undefined
  const sound = resolveClaim(claim, known.programs, known.vtnId, known.venId)
  if ('refusal' in sound && sound.asksNothing && event)
    return event.kind === 'event' ? cancel(event, receipt, claim.modificationNumber) : undefined
  if ('refusal' in sound) return refuse(claim, known, receipt, sound.refusal)
  if (event && event.modificationNumber === claim.modificationNumber && sameMeaning(event, claim, sound)) return undefined
  return accept(claim, sound, known, receipt)
}

/** The records that claims lead to, as one batch. `complete`: known events that are not claimed and have not ended are cancelled. */
export function interpretClaims(claims: readonly EventClaim[], complete: boolean, known: Known, receipt: Receipt): readonly UtilityEvent[] {
  const claimed = new Set(claims.map((claim) => claim.theirEventId))
  const missing = complete
    ? [...known.events.values()].filter(
        (event) => event.kind === 'event' && !claimed.has(event.theirEventId) && event.endMs > receipt.receivedMs,
      )
    : []
  const records = [
    ...claims.flatMap((claim) => onClaim(claim, known, receipt) ?? []),
    ...missing.map((event) => cancel(event, receipt, event.modificationNumber)),
  ]
  return records.map((record, batchIndex) => ({ ...record, batchIndex, batchCount: records.length }))
}
