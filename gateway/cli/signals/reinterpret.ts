/** Understands recorded signals and requests again, each from what was known when it came, and compares; pure. */
import { onDeadline } from '../../../processors/interpreter/approval.ts'
import { interpretRequest, interpretSignal, type SignalReaders } from '../../../processors/interpreter/interpret.ts'
import { versionAt } from '../../../processors/programs/fold.ts'
import { findDifference } from '../../../processors/runtime/difference.ts'
import type { UtilityEvent } from '../../../schemas/utility.ts'
import { placeOf, type SignalHistory } from './history.ts'
import { createKnownThen, type KnownThen } from './known.ts'
import { recordedBy, stepsOf } from './steps.ts'

export interface SignalDifference {
  /** topic-partition-offset of the signal or request; of the record itself where time alone decided. */
  readonly place: string
  /** Epoch ms UTC. */
  readonly timestampMs: number
  /** VTN or requester. */
  readonly sender: string
  /** What came, for example OadrPoll or create. */
  readonly what: string
  /** First field that differs, for example `0.intervals.0.level`; `length` = another number of records. */
  readonly field: string
  readonly recorded: unknown
  readonly today: unknown
  /** What today's code cannot read of it, and where; empty = it can. */
  readonly unreadable: string
}

export interface Reinterpreted {
  readonly signals: number
  readonly requests: number
  /** Records of utility.events that were compared. */
  readonly events: number
  readonly differences: readonly SignalDifference[]
}

/** Records of before answers had reasons are held against today's without them. */
function comparable(today: readonly UtilityEvent[], recorded: readonly UtilityEvent[]): readonly UtilityEvent[] {
  return today.map((event, index) => {
    const before = recorded[index]
    const isOld = before !== undefined && before.optCause === null && before.opt !== null
    return isOld ? { ...event, optCause: before.optCause, optDetail: before.optDetail, ordered: before.ordered } : event
  })
}

type About = Pick<SignalDifference, 'place' | 'timestampMs' | 'sender' | 'what'>

function differenceOf(
  about: About,
  recorded: readonly UtilityEvent[],
  today: readonly UtilityEvent[],
  unreadable = '',
): SignalDifference | undefined {
  if (recorded.length !== today.length) return { ...about, field: 'length', recorded, today, unreadable }
  const found = findDifference(recorded, comparable(today, recorded), [])
  return found ? { ...about, field: found.field, recorded: found.recorded, today: found.replayed, unreadable } : undefined
}

function onSignal(at: SignalHistory['signals'][number], recorded: readonly UtilityEvent[], known: KnownThen, readers: SignalReaders) {
  const { value: signal, position, timestampMs } = at
  const meaning = interpretSignal(
    signal,
    { receivedMs: signal.receivedMs, signal: position },
    readers,
    known.notebook(timestampMs, recorded),
  )
  if (meaning.kind === 'registered') known.learnVenId(signal.vtnId, meaning.venId)
  const unreadable =
    meaning.kind === 'unreadable' ? `${meaning.place}: ${meaning.detail}` : meaning.kind === 'unknownProtocol' ? meaning.kind : ''
  const about = { place: placeOf(position), timestampMs, sender: signal.vtnId, what: signal.service }
  return differenceOf(about, recorded, meaning.kind === 'events' ? meaning.events : [], unreadable)
}

function onRequest(at: SignalHistory['requests'][number], recorded: readonly UtilityEvent[], known: KnownThen) {
  const { value: request, position, timestampMs } = at
  const today = interpretRequest(request, { receivedMs: timestampMs, signal: position }, known.notebook(timestampMs, recorded), timestampMs)
  return differenceOf({ place: placeOf(position), timestampMs, sender: request.requester, what: request.action }, recorded, today)
}

function onTime(at: SignalHistory['events'][number], known: KnownThen): SignalDifference | undefined {
  const { value: recorded, position, timestampMs } = at
  // Nothing is forgotten before its deadline was looked at.
  const before = known.notebook(0, []).eventOf(recorded.vtnId, recorded.theirEventId)
  const program = known.program(recorded.programId)
  const optDefault = (program && versionAt(program, recorded.startMs)?.terms.optDefault) ?? 'optOut'
  const today = before?.opt === null ? [onDeadline(before, optDefault)] : []
  return differenceOf({ place: placeOf(position), timestampMs, sender: recorded.vtnId, what: 'deadline' }, [recorded], today)
}

/** What came before `fromMs` is known, and not compared. */
export function reinterpret(history: SignalHistory, readers: SignalReaders, fromMs: number): Reinterpreted {
  const known = createKnownThen()
  const recordedOf = recordedBy(history.events)
  const differences: SignalDifference[] = []
  const counts = { signals: 0, requests: 0, events: 0 }
  const requestIds = new Set<string>()

  const compare = (timestampMs: number, recorded: readonly UtilityEvent[], look: () => SignalDifference | undefined): boolean => {
    const isCompared = timestampMs >= fromMs
    if (isCompared) {
      counts.events += recorded.length
      differences.push(...[look() ?? []].flat())
    }
    for (const event of recorded) known.learnEvent(event)
    return isCompared
  }
  for (const step of stepsOf(history, fromMs)) {
    const { timestampMs, position } = step.at
    const recorded = recordedOf(position)
    switch (step.kind) {
      case 'change':
        known.learnChange(step.at)
        break
      case 'fact':
        known.learnFact(step.at.value)
        break
      case 'earlier':
        known.learnEvent(step.at.value)
        break
      case 'deadline':
        compare(timestampMs, [step.at.value], () => onTime(step.at, known))
        break
      case 'request':
        if (requestIds.has(step.at.value.requestId)) break
        requestIds.add(step.at.value.requestId)
        counts.requests += compare(timestampMs, recorded, () => onRequest(step.at, recorded, known)) ? 1 : 0
        break
      case 'signal':
        counts.signals += compare(timestampMs, recorded, () => onSignal(step.at, recorded, known, readers)) ? 1 : 0
        break
    }
  }
  return { ...counts, differences }
}
