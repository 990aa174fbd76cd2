/** When the demo plays: its clock starts at half past four in the afternoon of the program's zone, before the chargers' evening, today or tomorrow, and runs fast. */
import { dayBoundsMs, localDay } from '../../processors/calendar/local-day.ts'
import { type Clock, createClock } from '../../processors/runtime/clock.ts'

const START_MS = 16.5 * 3_600_000
const DAY_MS = 86_400_000

export interface DemoClock extends Clock {
  readonly facts: { readonly epochMs: number; readonly realEpochMs: number; readonly rate: number }
}

/** Never in the past: Kafka's retention counts from the real time. */
export function startClock(zone: string, rate: number, realNowMs: number): DemoClock {
  const startOf = (atMs: number) => dayBoundsMs(localDay(atMs, zone), zone).startMs + START_MS
  const today = startOf(realNowMs)
  const facts = { epochMs: today >= realNowMs ? today : startOf(realNowMs + DAY_MS), realEpochMs: realNowMs, rate }
  return { ...createClock(facts), facts }
}

/** Resolves when the clock shows `atMs`, calling `onWait` about once a second. */
export async function waitUntil(clock: Clock, atMs: number, onWait: () => void = () => undefined): Promise<void> {
  while (clock.nowMs() < atMs) {
    onWait()
    await new Promise((resolve) => setTimeout(resolve, Math.min(1_000, Math.max(5, (atMs - clock.nowMs()) / clock.rate))))
  }
}

/** Resolves when `done` says so; rejects after `limitMs` real milliseconds with what was waited for, and what `onWait` said last. */
export async function waitFor(what: string, limitMs: number, done: () => boolean, onWait: () => string = () => ''): Promise<void> {
  const startMs = performance.now()
  while (!done()) {
    const said = onWait()
    if (performance.now() - startMs > limitMs)
      throw new Error(`${what} did not come about within ${limitMs / 1000} s${said && ` (${said})`}`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
