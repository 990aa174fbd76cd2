/** Puts what is on several topics into the order in which the interpreter took it. */
import type { LogPosition } from '../../../schemas/common.ts'
import type { UtilityEvent } from '../../../schemas/utility.ts'
import { inputOf, type Located, placeOf, type SignalHistory } from './history.ts'

type Of<K extends keyof SignalHistory> = SignalHistory[K][number]

/** `earlier`: a record of before the range, whose cause is not read; `deadline`: one that time alone led to. */
export type Step =
  | { readonly kind: 'change'; readonly at: Of<'changes'> }
  | { readonly kind: 'fact'; readonly at: Of<'facts'> }
  | { readonly kind: 'earlier' | 'deadline'; readonly at: Of<'events'> }
  | { readonly kind: 'request'; readonly at: Of<'requests'> }
  | { readonly kind: 'signal'; readonly at: Of<'signals'> }

/** The records that an input led to. */
export function recordedBy(events: SignalHistory['events']): (position: LogPosition) => readonly UtilityEvent[] {
  const found = new Map<string, UtilityEvent[]>()
  for (const { value } of events) {
    const place = inputOf(value)
    if (place !== undefined) found.set(place, [...(found.get(place) ?? []), value])
  }
  return (position) => found.get(placeOf(position)) ?? []
}

interface Ranked {
  readonly step: Step
  /** Among those of one millisecond: the offset of the first record that it led to, or of the last one that its topic led to before. */
  readonly order: number
}

/** Inputs of one topic keep their order; those that led to nothing stand right behind the one before them. */
function rank<T>(located: readonly Located<T>[], events: SignalHistory['events'], stepOf: (at: Located<T>) => Step): readonly Ranked[] {
  const first = new Map<string, number>()
  for (const { value, position } of events) {
    const place = inputOf(value)
    if (place !== undefined && !first.has(place)) first.set(place, position.offset)
  }
  let order = -1
  return located.map((at) => {
    order = Math.max(order, first.get(placeOf(at.position)) ?? -1)
    return { step: stepOf(at), order }
  })
}

/** Terms are known before what came in the same millisecond. */
const atOnce = (step: Step): Ranked => ({ step, order: -2 })

function ofTime(history: SignalHistory, fromMs: number): readonly Ranked[] {
  return history.events.flatMap((at): readonly Ranked[] => {
    const order = at.position.offset
    if (inputOf(at.value) === undefined) return [{ step: { kind: 'deadline', at }, order }]
    return at.timestampMs < fromMs ? [{ step: { kind: 'earlier', at }, order }] : []
  })
}

/** By the time of receipt, then by what came of it. */
export function stepsOf(history: SignalHistory, fromMs: number): readonly Step[] {
  const { signals, requests, events, changes, facts } = history
  const ranked = [
    ...changes.map((at) => atOnce({ kind: 'change', at })),
    ...facts.map((at) => atOnce({ kind: 'fact', at })),
    ...ofTime(history, fromMs),
    ...rank(requests, events, (at) => ({ kind: 'request', at })),
    ...rank(signals, events, (at) => ({ kind: 'signal', at })),
  ]
  return ranked.sort((a, b) => a.step.at.timestampMs - b.step.at.timestampMs || a.order - b.order).map(({ step }) => step)
}
