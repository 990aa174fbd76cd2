/** The events of a simulated cloud by device, and the people who end them. */

/** As both vendors keep them. */
export interface CloudEvent {
  readonly createdMs: number
  readonly startMs: number
  readonly endMs: number
  readonly cancelledMs: number | undefined
  readonly ignoring: ReadonlySet<string>
}

/** A stretch in which a device follows an event, epoch ms UTC. */
export interface Follows<E> {
  readonly event: E
  readonly fromMs: number
  readonly untilMs: number
}

export interface EventIndex<E> {
  /** What a device follows, the newest event last. */
  of(id: string): readonly Follows<E>[]
}

export interface IndexOptions<E extends CloudEvent> {
  /** Grows at its end. */
  readonly events: () => readonly E[]
  readonly idsOf: (event: E) => readonly string[]
  /** When the device left the event. */
  readonly leftMsOf: (event: E, id: string) => number | undefined
  readonly deliveryMsOf: (id: string) => number
}

/** Events are looked at once each, however many devices ask. */
export function createEventIndex<E extends CloudEvent>({ events, idsOf, leftMsOf, deliveryMsOf }: IndexOptions<E>): EventIndex<E> {
  const byDevice = new Map<string, E[]>()
  let known = 0
  return {
    of(id) {
      const all = events()
      for (; known < all.length; known += 1) {
        const event = all[known] as E
        for (const own of idsOf(event)) byDevice.set(own, [...(byDevice.get(own) ?? []), event])
      }
      const followed = (byDevice.get(id) ?? []).filter(({ ignoring }) => !ignoring.has(id))
      return followed.map((event) => ({
        event,
        fromMs: Math.max(event.startMs, event.createdMs + deliveryMsOf(id)),
        untilMs: Math.min(event.endMs, event.cancelledMs ?? event.endMs, leftMsOf(event, id) ?? event.endMs),
      }))
    },
  }
}

export interface Person {
  readonly id: string
  /** From the start of an event to its end by the person, ms. */
  readonly afterMs: number
}

const LOOK_EVERY_MS = 100

/** People who end what their device has followed for as long as they stand it. Returns what stops it. */
export function startPeople<E>(
  people: readonly Person[],
  clock: { nowMs(): number },
  { index, leave }: { readonly index: EventIndex<E>; readonly leave: (id: string) => void },
): () => void {
  const timer = setInterval(() => {
    const nowMs = clock.nowMs()
    for (const { id, afterMs } of people)
      if (index.of(id).some(({ fromMs, untilMs }) => nowMs >= fromMs + afterMs && nowMs < untilMs)) leave(id)
  }, LOOK_EVERY_MS).unref()
  return () => clearInterval(timer)
}
