/** Takes covered stretches out of what is missing. */

export interface Stretch {
  readonly fromMs: number
  readonly untilMs: number
}

/** The parts of the stretches outside of the covered one, in order. */
export function withoutCovered(missing: readonly Stretch[], covered: Stretch): Stretch[] {
  return missing.flatMap(({ fromMs, untilMs }) => {
    if (covered.untilMs <= fromMs || covered.fromMs >= untilMs) return [{ fromMs, untilMs }]
    const left = { fromMs, untilMs: covered.fromMs }
    const right = { fromMs: covered.untilMs, untilMs }
    return [left, right].filter((part) => part.untilMs > part.fromMs)
  })
}
