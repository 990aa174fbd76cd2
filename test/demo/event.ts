/** The event that the simulated utility issues: one hour in quarter hours, from a mild level to a deep one and back. */
import { MAIN_CONTEXT } from './programs.ts'

export const EVENT_ID = 'demo-event-1'
const STEP_S = 900
const LEVELS = [1, 3, 2, 1] as const

/** What the VTN posts; the start is the first quarter hour at least `noticeMs` away. */
export function eventFor(nowMs: number, noticeMs: number) {
  const startMs = Math.ceil((nowMs + noticeMs) / (STEP_S * 1000)) * STEP_S * 1000
  const intervals = LEVELS.map((value, index) => ({ uid: String(index), durationS: STEP_S, value }))
  return {
    startMs,
    endMs: startMs + LEVELS.length * STEP_S * 1000,
    posted: {
      eventID: EVENT_ID,
      marketContext: MAIN_CONTEXT,
      activePeriod: { startMs, durationS: LEVELS.length * STEP_S },
      signals: [{ signalID: 'simple', signalName: 'SIMPLE', signalType: 'level', intervals, targets: [] }],
      targets: [],
    },
  }
}
