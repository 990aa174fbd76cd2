/** Lays a device's timeline out as the periods of one absolute schedule, in whole seconds from its start. */

/** Desired limit from `startMs` (included) to `endMs` (excluded). */
export type Segment = { startMs: number; endMs: number; limitW: number }
export type Span = Pick<Segment, 'startMs' | 'endMs'>

/** `filling` is the span in force from `startS` on, or a gap between spans. */
export type Slot<S> = { startS: number; filling: S | 'gap' }

/**
 * Ends with `endMs`; spans beyond `maxPeriods` are left out, and the schedule must be sent again before `coversUntilMs`.
 * A span that has begun keeps its true start: an absolute schedule may start in the past, and the bytes stay the same.
 */
export type Layout<S> = { startMs: number; durationS: number | undefined; slots: Slot<S>[]; coversUntilMs: number; truncated: boolean }

const SECOND = 1000

/** Undefined where nothing is left at `nowMs`. Spans that touch or lie apart are fine; overlapping ones throw. */
export function layOut<S extends Span>(spans: readonly S[], nowMs: number, maxPeriods = Number.POSITIVE_INFINITY): Layout<S> | undefined {
  const ahead = inOrder(spans).filter((span) => span.endMs > nowMs && second(span.endMs) > second(span.startMs))
  const [first] = ahead
  if (first === undefined) return undefined
  const originS = second(first.startMs)
  const slots: Slot<S>[] = []
  let endS = originS
  let kept = 0
  for (const span of ahead) {
    const gap: Slot<S>[] = second(span.startMs) > endS ? [{ startS: endS - originS, filling: 'gap' }] : []
    if (slots.length + gap.length + 1 > maxPeriods) break
    slots.push(...gap, { startS: second(span.startMs) - originS, filling: span })
    endS = second(span.endMs)
    kept += 1
  }
  if (kept === 0) throw new RangeError(`maxPeriods must be at least 1, not ${maxPeriods}`)
  const truncated = kept < ahead.length
  return { startMs: originS * SECOND, durationS: endS - originS, slots, coversUntilMs: endS * SECOND, truncated }
}

/** Start of a schedule that stands for a lasting limit: any past time does, and a fixed one keeps the bytes the same. */
export const STANDING_SINCE_MS = Date.UTC(2000, 0, 1)

/**
 * The layout inside a lasting limit: `gap` from ever before to ever after, without end. For a schedule that takes the
 * place of a standing one, which would else be missing until the first span starts and after the last.
 */
export function withinStanding<S>(layout: Layout<S>): Layout<S> {
  const shiftS = (layout.startMs - STANDING_SINCE_MS) / SECOND
  const endS = layout.durationS === undefined ? [] : [{ startS: shiftS + layout.durationS, filling: 'gap' as const }]
  const shifted = layout.slots.map(({ startS, filling }) => ({ startS: startS + shiftS, filling }))
  return { ...layout, startMs: STANDING_SINCE_MS, durationS: undefined, slots: [{ startS: 0, filling: 'gap' }, ...shifted, ...endS] }
}

function inOrder<S extends Span>(spans: readonly S[]): S[] {
  const sorted = [...spans].sort((a, b) => a.startMs - b.startMs)
  for (const [index, span] of sorted.entries()) {
    const next = sorted[index + 1]
    if (next !== undefined && next.startMs < span.endMs) {
      throw new RangeError(`segments overlap: one ends at ${span.endMs} ms, the next starts at ${next.startMs} ms; cut them first`)
    }
  }
  return sorted
}

function second(timeMs: number): number {
  return Math.floor(timeMs / SECOND)
}
