/** Arithmetic on stretches of time: what is cut out of them, kept of them, and left when others come first. */

/** From `startMs` to `endMs`, exclusive; epoch ms UTC. */
export interface Stretch {
  readonly startMs: number
  readonly endMs: number
}

/** Effective-dated: null = open. */
export interface Period {
  readonly fromMs: number
  readonly untilMs: number | null
}

/**
 * What is left of each span without [fromMs, untilMs).
 * ```
 * span   |-----------|
 * cut        |--|
 * left   |---|  |----|
 * ```
 */
export function cutOut<S extends Stretch>(spans: readonly S[], fromMs: number, untilMs: number | null): readonly S[] {
  const toMs = untilMs ?? Number.POSITIVE_INFINITY
  if (!spans.some(({ startMs, endMs }) => fromMs < endMs && startMs < toMs)) return spans
  return spans.flatMap((span) => {
    if (fromMs >= span.endMs || toMs <= span.startMs) return [span]
    const before = span.startMs < fromMs ? [{ ...span, endMs: fromMs }] : []
    const after = toMs < span.endMs ? [{ ...span, startMs: toMs }] : []
    return [...before, ...after]
  })
}

/** What is left of the spans when the time of `others` is taken. */
export const subtract = <S extends Stretch>(spans: readonly S[], others: readonly Stretch[]): readonly S[] =>
  others.reduce((left, { startMs, endMs }) => cutOut(left, startMs, endMs), spans)

/** The parts of the spans that lie in any of the periods. */
export function keepWithin<S extends Stretch>(spans: readonly S[], periods: readonly Period[]): readonly S[] {
  let outside: readonly Stretch[] = [{ startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY }]
  for (const { fromMs, untilMs } of periods) outside = cutOut(outside, fromMs, untilMs)
  return subtract(spans, outside)
}

/** Spans that have not ended. One under way keeps its start, so that a later plan gives the same span. */
export const unended = <S extends Stretch>(spans: readonly S[], nowMs: number): readonly S[] =>
  spans.every(({ endMs }) => endMs > nowMs) ? spans : spans.filter(({ endMs }) => endMs > nowMs)

/** Milliseconds from now on that the spans cover; spans do not overlap. */
export const remainingMs = (spans: readonly Stretch[], nowMs: number): number =>
  spans.reduce((sum, { startMs, endMs }) => sum + Math.max(0, endMs - Math.max(startMs, nowMs)), 0)
