/** What a charger says and understands, in the words of its version of OCPP. */
import type { ChargerState } from './charger.ts'
import type { Reply } from './link.ts'

export type Message = { action: string; payload: object }

/** The reply, and the messages that come after it (TriggerMessage). */
export type Handled = { reply: Reply; after: Message[] }

export type Context = 'Sample.Clock' | 'Trigger'

/** `status` is one of 1.6's; 2.0.1 has fewer and says the rest of its transaction. */
export type Status = 'Available' | 'Charging' | 'SuspendedEVSE'

export type Words = {
  subprotocol: 'ocpp1.6' | 'ocpp2.0.1'
  onCall(state: ChargerState, action: string, payload: Record<string, unknown>, nowMs: number): Handled
  boot(state: ChargerState): Message
  /** The clock-aligned interval in force, seconds; 0 = off. */
  alignedIntervalS(state: ChargerState): number
  sample(state: ChargerState, timestampMs: number, context: Context): Message
  status(state: ChargerState, status: Status, nowMs: number): Message
  /** A session begins or ends; absent where it is not told. */
  session?(state: ChargerState, change: 'begins' | 'ends', atMs: number): Message[]
}

export const result = (payload: object, after: Message[] = []): Handled => ({ reply: { kind: 'result', payload }, after })
export const error = (code: string, description: string): Handled => ({ reply: { kind: 'error', code, description }, after: [] })
