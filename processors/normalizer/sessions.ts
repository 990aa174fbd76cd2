/** Remembers which register a charging session uses, for readings that name only the session. */
import type { DecodedReading } from './decoded.ts'
import type { NormalizerDevice } from './state.ts'

const KEPT_SESSIONS = 4

/** The state with the session of the reading noted, where it names both session and register. */
export function noteSession(state: NormalizerDevice, reading: DecodedReading): NormalizerDevice {
  const { transactionId, register } = reading
  if (transactionId === undefined || register === null) return state
  const known = state.sessions.find((session) => session.transactionId === transactionId)
  if (known?.register === register) return state
  const others = state.sessions.filter((session) => session !== known)
  return { ...state, sessions: [...others, { transactionId, register }].slice(-KEPT_SESSIONS) }
}

/** The register of a reading: as stated, of its session, or the only one of the device; null when it can not be said. */
export function registerOf(state: NormalizerDevice, reading: DecodedReading): string | null {
  if (reading.register !== null) return reading.register
  const session = state.sessions.find(({ transactionId }) => transactionId === reading.transactionId)
  if (session) return session.register
  const known = state.registers.filter(({ channel }) => channel === reading.channel)
  return known.length === 1 ? (known[0]?.register ?? null) : null
}
