/** Keeps the events and holds that are known, and what became of each request. */
import { causeOf } from '../../processors/interpreter/cause.ts'
import type { Following, LogReader } from '../../processors/runtime/log.ts'
import type { UtilityEvent } from '../../schemas/utility.ts'
import { utilityEvents, utilityRequests } from '../../topics/catalogue.ts'
import type { Topic } from '../../topics/define.ts'

export interface EventBook {
  /** Newest record of every event, cancelled ones too, by eventId. */
  readonly events: ReadonlyMap<string, UtilityEvent>
  /** Operator stops in force. */
  readonly holds: ReadonlyMap<string, UtilityEvent>
  /** The first request with this id; undefined = never seen. */
  requestOf(requestId: string): KnownRequest | undefined
  /** What the first request with this id came to; undefined = nothing within so many real ms. */
  outcomeOf(requestId: string, limitMs: number): Promise<UtilityEvent | undefined>
  stop(): Promise<void>
}

/** What is kept of a request; `bodyHash` is empty where none came with it. */
export interface KnownRequest {
  readonly offset: number
  readonly bodyHash: string
}

/** Requests are known by their ids for this long, in Drover's time. */
const REMEMBER_MS = 48 * 3_600_000

interface Book {
  readonly events: Map<string, UtilityEvent>
  readonly holds: Map<string, UtilityEvent>
  readonly requests: Map<string, KnownRequest>
  readonly outcomes: Map<number, UtilityEvent>
  readonly waiting: Set<() => void>
}

/** A refusal changes nothing that is in force. */
function learnEvent({ events, holds, outcomes }: Book, event: UtilityEvent): void {
  if ((event.kind === 'event' || event.kind === 'cancelled') && !event.again) events.set(event.eventId, event)
  if (event.kind === 'hold') holds.set(event.eventId, event)
  if (event.kind === 'unhold') holds.delete(event.eventId)
  const request = causeOf(event)
  if (request?.topic === utilityRequests.name && !outcomes.has(request.offset)) outcomes.set(request.offset, event)
}

function outcomeIn({ requests, outcomes }: Book, requestId: string): UtilityEvent | undefined {
  const request = requests.get(requestId)
  return request && outcomes.get(request.offset)
}

function waitForOutcome(book: Book, requestId: string, limitMs: number): Promise<UtilityEvent | undefined> {
  return new Promise((resolve) => {
    const end = (event?: UtilityEvent): void => {
      clearTimeout(timer)
      book.waiting.delete(look)
      resolve(event)
    }
    const look = (): void => {
      const event = outcomeIn(book, requestId)
      if (event) end(event)
    }
    const timer = setTimeout(end, limitMs)
    book.waiting.add(look)
    look()
  })
}

/** Settles once everything that was on the log at the start is known. */
export async function openEventBook(reader: LogReader, nowMs: number): Promise<EventBook> {
  const book: Book = { events: new Map(), holds: new Map(), requests: new Map(), outcomes: new Map(), waiting: new Set() }
  const tell = (): void => {
    for (const look of [...book.waiting]) look()
  }
  const follow = <T>(
    topic: Topic<T>,
    from: Parameters<LogReader['follow']>[1],
    learn: (value: T, offset: number) => void,
  ): Promise<Following> =>
    reader.follow([topic], from, (records) => {
      for (const { value, offset } of records) if (value !== null) learn(value, offset)
      tell()
    })
  const followings = await Promise.all([
    follow(utilityEvents, 'beginning', (event) => learnEvent(book, event)),
    follow(utilityRequests, { sinceMs: nowMs - REMEMBER_MS }, ({ requestId, bodyHash }, offset) => {
      if (!book.requests.has(requestId)) book.requests.set(requestId, { offset, bodyHash })
    }),
  ])
  await Promise.all(followings.map(({ caughtUp }) => caughtUp))
  return {
    events: book.events,
    holds: book.holds,
    requestOf: (requestId) => book.requests.get(requestId),
    outcomeOf: (requestId, limitMs) => waitForOutcome(book, requestId, limitMs),
    async stop() {
      await Promise.all(followings.map((following) => following.stop()))
    },
  }
}
