/** Spreads starts and ends of an event over its devices, in one layer only: the event's own randomization, or else the program's stagger. */
import type { AskedSpan, EventInForce } from './events-in-force.ts'
import { offsetS } from './seed.ts'
import { cutOut } from './spans.ts'

/**
 * ```
 * asked        |---- 1 ----|-- 2 --|
 * randomized   ~~|---- 1 ----|-- 2 --|    all of it shifts (OpenADR 2.0b startafter; 3.x randomizeStart)
 * staggered    ~~|-- 1 ----|-- 2 ----|~   start and end each by their own seconds
 * cancelled    ~~|-- 1 --|~               the end comes as many seconds after the cancellation
 * ```
 */
export function spansFor({ event, spans, terms, cancelledMs, seed }: EventInForce, deviceId: string): readonly AskedSpan[] {
  const shiftMs = offsetS(event.randomizeStartS, deviceId, seed) * 1000
  const layered = event.randomizeStartS > 0
  const lateMs = layered ? 0 : offsetS(terms.startStaggerS, deviceId, seed) * 1000
  const afterMs = layered ? 0 : offsetS(terms.releaseStaggerS, deviceId, seed) * 1000
  const moved = shiftMs === 0 && lateMs === 0 && afterMs === 0 ? spans : move(spans, shiftMs, lateMs, afterMs)
  if (cancelledMs === null) return moved
  const startMs = moved[0]?.startMs ?? 0
  return startMs >= cancelledMs ? [] : cutOut(moved, cancelledMs + (layered ? shiftMs : afterMs), null)
}

function move(spans: readonly AskedSpan[], shiftMs: number, lateMs: number, afterMs: number): readonly AskedSpan[] {
  const last = spans.length - 1
  const moved = spans.map((span, index) => ({
    ...span,
    startMs: span.startMs + shiftMs,
    endMs: span.endMs + shiftMs + (index === last ? afterMs : 0),
  }))
  const startMs = moved[0]?.startMs ?? 0
  return cutOut(moved, startMs, startMs + lateMs)
}

/** Whether times of the event differ from device to device. */
export const isSpread = ({ event, terms }: EventInForce): boolean =>
  event.randomizeStartS > 0 || terms.startStaggerS > 0 || terms.releaseStaggerS > 0
