/** The pass over all streams after a tick: closes windows, writes revisions, and forgets old days, in transactions of bounded size. */
import type { Store } from '../runtime/define.ts'
import { closePending, closeWindows, forgetDay, mayClose } from './close.ts'
import { dayKey, type StreamId } from './keys.ts'
import { type DraftParts, withStream } from './open-draft.ts'
import type { AggregatorContext } from './processor.ts'
import type { AggregatorPass } from './state.ts'

/** Passes begin no closer to each other than this. */
const PASS_EVERY_MS = 15_000
/** Days looked at in each pass for whether they can be forgotten; the next pass goes on from there. */
const FORGET_LOOKS = 500
const KEY = 'pass'
const REST: AggregatorPass = { stage: 'rest', cursor: '', forgetCursor: '', nextMs: 0 }

export type PartsOf = (context: AggregatorContext, id: Pick<StreamId, 'deviceId'>) => DraftParts

export interface PassOptions {
  readonly budget: number
  readonly keepMs: number
}

/** Begins a pass when the last one is over and its time has come. */
export function startPass(store: Store<AggregatorPass>, nowMs: number): void {
  const pass = store.get(KEY) ?? REST
  if (pass.stage !== 'rest' || nowMs < pass.nextMs) return
  store.put(KEY, { ...pass, stage: 'windows', cursor: '', nextMs: Math.floor(nowMs / PASS_EVERY_MS) * PASS_EVERY_MS + PASS_EVERY_MS })
}

/** Does the next part of the pass, of at most `budget` streams or pending days; whether there is more. What is left of the budget goes to the next stage. */
export function advancePass(context: AggregatorContext, partsOf: PartsOf, { budget, keepMs }: PassOptions): boolean {
  let pass = context.stores.pass.get(KEY) ?? REST
  if (pass.stage === 'rest') return false
  for (let left = budget; left > 0 && pass.stage !== 'rest'; ) {
    const advanced = advance(context, partsOf, pass, { budget: left, keepMs })
    pass = advanced.pass
    left -= advanced.looked
  }
  context.stores.pass.put(KEY, pass)
  return pass.stage !== 'rest'
}

interface Advanced {
  readonly pass: AggregatorPass
  /** Of the budget, what this took. */
  readonly looked: number
}

/** Looks at one part of a stage; the stage is over when there were fewer left than it might have looked at. */
function advance(context: AggregatorContext, partsOf: PartsOf, pass: AggregatorPass, { budget, keepMs }: PassOptions): Advanced {
  const { streams, pending } = context.stores
  switch (pass.stage) {
    case 'windows': {
      const part = streams.entries(pass.cursor, budget)
      for (const [, stream] of part) if (mayClose(stream, context.nowMs)) withStream(stream, partsOf(context, stream), closeWindows)
      return { pass: after(part, budget, pass, 'pending'), looked: part.length }
    }
    case 'pending': {
      const part = pending.entries(pass.cursor, budget)
      for (const [, noted] of part) withStream(noted, partsOf(context, noted), (draft) => closePending(draft, noted.dayMs))
      return { pass: after(part, budget, pass, 'forget'), looked: part.length }
    }
    default:
      return {
        pass: { ...pass, stage: 'rest', forgetCursor: forgetDays(context, partsOf, pass.forgetCursor, keepMs) },
        looked: FORGET_LOOKS,
      }
  }
}

function after(
  part: readonly (readonly [string, unknown])[],
  budget: number,
  pass: AggregatorPass,
  next: AggregatorPass['stage'],
): AggregatorPass {
  return part.length < budget ? { ...pass, stage: next, cursor: '' } : { ...pass, cursor: part.at(-1)?.[0] ?? '' }
}

function forgetDays(context: AggregatorContext, partsOf: PartsOf, cursor: string, keepMs: number): string {
  const { days } = context.stores
  const part = days.entries(cursor, FORGET_LOOKS)
  for (const [, day] of part) {
    if (day.touchedMs + keepMs > context.nowMs) continue
    if (withStream(day, partsOf(context, day), (draft) => forgetDay(draft, day.startMs, keepMs))) days.delete(dayKey(day, day.startMs))
  }
  return part.length < FORGET_LOOKS ? '' : (part.at(-1)?.[0] ?? '')
}
