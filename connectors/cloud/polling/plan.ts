/** Decides what telemetry of a device is worth asking for next: dense around events, otherwise at the pace that it is expected at. Pure. */
import { dayStartMs, localDayNumber } from '../../../processors/calendar/local-day.ts'
import type { Position } from './position.ts'
import type { CloudTelemetry, Stretch } from './telemetry.ts'

export interface PollSituation {
  /** undefined: it was never asked for. */
  readonly position: Position | undefined
  /** Of the newest command. */
  readonly segments: readonly { readonly startMs: number; readonly endMs: number }[]
  /** Values that are missing and were asked for. */
  readonly asked: Stretch | undefined
  readonly timing: Pick<CloudTelemetry, 'stepMs' | 'readyMs' | 'denseMs' | 'restatedDays' | 'longestMs' | 'daysOf'>
  /** Expected seconds between values; 0 = once a day. */
  readonly cadenceS: number
  readonly zone: string
  /** Where the device stands among others, 0 to 1, so that they are not all asked at once. */
  readonly spread: number
  readonly nowMs: number
}

export interface Poll {
  readonly why: 'event' | 'asked' | 'restate' | 'rest'
  readonly stretch: Stretch
  /** Epoch ms UTC: what is worth most is due first. */
  readonly deadlineMs: number
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** An event is settled against what came just before it, and what came after shows the rebound. */
const BEFORE_EVENT_MS = HOUR_MS
const AFTER_EVENT_MS = 2 * HOUR_MS
/** Once a day, in the small hours of the device, when vendors have the day before whole. */
const DAILY_FROM_MS = HOUR_MS
const DAILY_SPREAD_MS = 4 * HOUR_MS
/** What is not about an event may wait so long behind what is. */
const REST_PATIENCE_MS = 12 * HOUR_MS

/** undefined: nothing is due. Stretches begin on a day, so that what a day comes to can be compared. */
export function nextPoll(situation: PollSituation): Poll | undefined {
  const { asked, nowMs, position, timing } = situation
  const readyMs = Math.floor((nowMs - timing.readyMs) / timing.stepMs) * timing.stepMs
  const untilMs = position?.untilMs ?? dayOf(nowMs, situation)
  const polledMs = position?.polledMs ?? 0
  if (asked) return poll(situation, 'asked', { fromMs: asked.fromMs, untilMs: Math.min(asked.untilMs, readyMs) }, nowMs + HOUR_MS)
  const due = { fromMs: Math.min(untilMs, readyMs), untilMs: readyMs }
  if (readyMs > untilMs && isNearEvent(situation) && polledMs + timing.denseMs <= nowMs)
    return poll(situation, 'event', due, polledMs + timing.denseMs)
  const dailyMs = lastDailyMs(situation)
  if ((position?.restatedMs ?? 0) < dailyMs) {
    const fromMs = position ? Math.min(untilMs, nowMs - timing.restatedDays * DAY_MS) : due.fromMs
    return poll(situation, 'restate', { fromMs, untilMs: readyMs }, dailyMs + REST_PATIENCE_MS)
  }
  const restMs = restPeriodMs(situation)
  // What an outage left behind is not got at the pace at which values come in.
  const isBehind = readyMs - untilMs > timing.longestMs || readyMs - untilMs > restMs + DAY_MS
  const dueMs = isBehind ? polledMs + timing.denseMs : lastRestMs(restMs, situation)
  if (readyMs <= untilMs || (isBehind ? dueMs > nowMs : polledMs >= dueMs)) return undefined
  return poll(situation, 'rest', due, dueMs + REST_PATIENCE_MS)
}

function poll(situation: PollSituation, why: Poll['why'], wanted: Stretch, deadlineMs: number): Poll | undefined {
  const fromMs = dayOf(wanted.fromMs, situation)
  const untilMs = Math.min(wanted.untilMs, fromMs + situation.timing.longestMs)
  return untilMs > fromMs ? { why, stretch: { fromMs, untilMs }, deadlineMs } : undefined
}

function dayOf(atMs: number, { timing, zone }: PollSituation): number {
  return timing.daysOf === 'utc' ? Math.floor(atMs / DAY_MS) * DAY_MS : dayStartMs(localDayNumber(atMs, zone), zone)
}

const isNearEvent = ({ segments, nowMs }: PollSituation): boolean =>
  segments.some(({ startMs, endMs }) => nowMs >= startMs - BEFORE_EVENT_MS && nowMs <= endMs + AFTER_EVENT_MS)

/** When recent days were to be asked for again last. */
function lastDailyMs({ nowMs, zone, spread }: PollSituation): number {
  const today = localDayNumber(nowMs, zone)
  const dueMs = (day: number): number => dayStartMs(day, zone) + DAILY_FROM_MS + Math.floor(spread * DAILY_SPREAD_MS)
  return dueMs(today) <= nowMs ? dueMs(today) : dueMs(today - 1)
}

function restPeriodMs({ cadenceS, timing }: PollSituation): number {
  return Math.min(DAY_MS, Math.max(timing.denseMs, cadenceS > 0 ? cadenceS * 1000 : DAY_MS))
}

/** When it was to be asked for last at its usual pace: a grid that each device has of its own. */
function lastRestMs(restMs: number, situation: PollSituation): number {
  if (restMs >= DAY_MS) return lastDailyMs(situation)
  const offsetMs = Math.floor(situation.spread * restMs)
  return Math.floor((situation.nowMs - offsetMs) / restMs) * restMs + offsetMs
}
