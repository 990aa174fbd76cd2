/** Decides which events of the newest oadrDistributeEvent are answered now, and how, from what the interpreter made of them. */
import type { Answer, Carried, CarriedEvent } from './course.ts'
import { answerKey, type Knowledge, modificationKey, saying } from './knowledge.ts'
import { responseCodeOf } from './response-code.ts'

const answerOf = (event: CarriedEvent, rest: Pick<Answer, 'eventId' | 'opt' | 'responseCode' | 'detail'>): Answer => ({
  theirEventId: event.theirEventId,
  modificationNumber: event.modificationNumber,
  cancelled: event.cancelled,
  ...rest,
})

/** undefined = the interpreter has not said yet, or an operator has not decided. */
function decide(known: Knowledge, event: CarriedEvent): Answer | undefined {
  const word = known.words.get(modificationKey(event.theirEventId, event.modificationNumber))
  if (!word) return undefined
  if (word.kind === 'refused') {
    const detail = word.refusal ?? ''
    return answerOf(event, { eventId: word.eventId, opt: 'optOut', responseCode: responseCodeOf(detail), detail })
  }
  // An event that comes to ask for nothing has ended, though its VTN does not call it cancelled.
  if ((word.kind !== 'cancelled' && event.cancelled) || word.opt === null) return undefined
  return answerOf(event, { eventId: word.eventId, opt: word.opt, responseCode: '200', detail: '' })
}

/** An unknown cancelled event is no error, and the interpreter has nothing to say of it (OpenADR 2.0b conformance rule 21). */
const agree = (known: Knowledge, event: CarriedEvent): Answer | undefined =>
  event.cancelled && known.events.get(event.theirEventId)?.kind !== 'event'
    ? answerOf(event, { eventId: '', opt: 'optIn', responseCode: '200', detail: '' })
    : undefined

export interface DueAnswers {
  readonly answers: readonly Answer[]
  /** When to look again though nothing new was heard, epoch ms UTC. */
  readonly againMs: number
}

/**
 * Answers go in one message, so all wait until each event has its decision, or until patience is over; what was told before is not told again:
 *
 *     received ├──── all decided? answer all ────┤ patience over: answer those that are decided, agree to unknown cancellations
 */
export function dueAnswers(known: Knowledge, carried: Carried | undefined, nowMs: number, patienceMs: number): DueAnswers {
  const nothing: DueAnswers = { answers: [], againMs: Number.POSITIVE_INFINITY }
  if (!carried) return nothing
  const decided = carried.events.map((event) => ({ event, answer: decide(known, event) }))
  const waiting = decided.filter(({ event, answer }) => !answer && nowMs < event.sinceMs + patienceMs)
  if (waiting.length > 0) return { answers: [], againMs: Math.min(...waiting.map(({ event }) => event.sinceMs + patienceMs)) }
  const answers = decided.flatMap(({ event, answer }) => answer ?? agree(known, event) ?? [])
  return { ...nothing, answers: answers.filter((answer) => known.answered.get(answerKey(answer)) !== saying(answer)) }
}
