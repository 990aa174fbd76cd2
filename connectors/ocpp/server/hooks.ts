/** The seam between the wire and the log: what the socket server tells its owner, and waits for. */
import type { LateAnswer } from '../wire/calls.ts'
import type { Heard, OcppVersion } from '../wire/dialect.ts'
import type { OcppErrorCode } from '../wire/frames.ts'

/** Names one connection of a station: the offset of its opened record. */
export type Epoch = number

/** A message as received, with why it cannot be used. `uniqueId` is '-1' where it cannot be read. */
export type Refused = { uniqueId: string; rawFrame: string; code: OcppErrorCode; description: string; path: string; receivedMs: number }

/** `rawFrame` is the text as received, byte for byte; `receivedMs` is by the injected clock. */
export type Received = { heard: Heard; version: OcppVersion; rawFrame: string; receivedMs: number; epoch: Epoch }

export type Hooks = {
  /** Resolves once the opening is recorded; no message is handled and no call sent before. Rejects → the socket closes (1011). */
  onOpen(id: string, version: OcppVersion): Promise<Epoch>
  /** Once for each recorded opening. A newer connection of the same station may have opened meanwhile. */
  onClose(id: string, epoch: Epoch, reason: string): Promise<void>
  /** Resolves once the message is durable; only then is the station answered. Rejects → CALLERROR InternalError, the station sends it again. */
  onMessage(id: string, received: Received): Promise<void>
  /** A message that we cannot read or that breaks its schema; awaited before the CALLERROR. */
  onRefused(id: string, refused: Refused): Promise<void>
  /** The answer to a call that has timed out, also on the way to `call`'s caller as `timeout`. */
  onLateAnswer(id: string, late: LateAnswer): void
  /** A hook rejected or a socket failed: for the log of operation, no decision hangs on it. */
  onError(id: string, error: unknown): void
}
