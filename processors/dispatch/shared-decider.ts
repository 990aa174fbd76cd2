/**
 * Lets the steps of a transaction share what was thought, those of one task and those of all tasks of the process: each partition of a
 * fleet has nearly every kind of device. Memory of a pure function; nothing but time depends on it.
 */
import { createDecider, type Decider, type Renderers } from './decider.ts'
import type { EventInForce } from './events-in-force.ts'

interface Remembered {
  readonly nowMs: number
  readonly renderers: Renderers
  readonly decider: Decider
}

/** Events that name more than so many devices are compared by the object only. */
const MOST_TARGETS = 1_000

const byEvents = new WeakMap<readonly EventInForce[], Remembered>()
let latest: { readonly text: string; readonly remembered: Remembered } | undefined

const fits = (known: Remembered | undefined, renderers: Renderers, nowMs: number): known is Remembered =>
  known !== undefined && known.nowMs === nowMs && known.renderers === renderers

const texts = new WeakMap<object, string>()

/** Values are immutable, so that the same object means the same text. */
function textOf(value: object): string {
  const known = texts.get(value)
  if (known !== undefined) return known
  const text = JSON.stringify(value)
  texts.set(value, text)
  return text
}

/** Everything that tells the events of one task from those of another, as text; the rest follows from it. */
function describe(events: readonly EventInForce[]): string | null {
  const named = events.reduce((sum, { event }) => sum + event.targets.reduce((count, { ids }) => count + ids.length, 0), 0)
  if (named > MOST_TARGETS) return null
  return events
    .map(({ event, terms, termsVersion, gate, allocation, holds }) =>
      [textOf(event), textOf(terms), termsVersion, gate, allocation ? textOf(allocation) : '', textOf(holds)].join('\n'),
    )
    .join('\n')
}

export function sharedDecider(events: readonly EventInForce[], renderers: Renderers, nowMs: number): Decider {
  const known = byEvents.get(events)
  if (fits(known, renderers, nowMs)) return known.decider
  const text = describe(events)
  const isSame = text !== null && latest?.text === text && fits(latest.remembered, renderers, nowMs)
  const remembered = isSame && latest ? latest.remembered : { nowMs, renderers, decider: createDecider(events, renderers, nowMs) }
  byEvents.set(events, remembered)
  if (text !== null) latest = { text, remembered }
  return remembered.decider
}
