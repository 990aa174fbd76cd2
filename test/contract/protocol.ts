/** What the contract asks of a protocol under test: to start its connector, and to script a device on a real socket. */
import type { NodeOptions } from '../../connectors/delivery/node.ts'
import type { Connector } from '../../connectors/registry.ts'
import type { DeviceAttributes } from '../../schemas/enrollment.ts'

export interface StartOptions extends NodeOptions {
  /** Real time. */
  readonly callTimeoutMs: number
  /** Whether a device may connect. */
  readonly isKnown: (deviceId: string) => boolean
}

/** `ignores`: says that it accepts, and carries on as before; `silent`: says nothing until `answerNow`. */
export type Answering = 'accepts' | 'ignores' | 'rejects' | 'notSupported' | 'silent'

/** How a device answers when it is asked for values that did not come. */
export interface ScriptedHistory {
  /** `comes`: says that they come, and sends them; `later`: not now; `impossible`: it has none. */
  answering: 'comes' | 'later' | 'impossible'
  /** Stretches that it was asked for, oldest first; null = the protocol cannot name one. */
  readonly asked: readonly ({ readonly fromMs: number; readonly untilMs: number } | null)[]
}

/** A device that keeps what it was told, also while it is away. */
export interface ScriptedDevice {
  readonly id: string
  answering: Answering
  /** Commands that came, oldest first. */
  readonly commands: readonly ('set' | 'release')[]
  /** Rejects where the connector does not let it in. */
  connect(): Promise<void>
  /** Breaks the connection without a farewell. */
  drop(): Promise<void>
  /** Resolves when the connector has closed the connection. */
  readonly closed: Promise<void>
  /** Answers, as told by `answering`, one command that it was silent about. */
  answerNow(which: 'oldest' | 'newest'): void
  /** The limit that it obeys at an instant, W; Infinity = none. */
  limitW(atMs: number): number
  /** Has a limit of its own or of another system. */
  holdForeignLimit(limitW: number): void
  /** Sends an energy value; resolves to the bytes sent once it is answered, rejects where it is told to send again. */
  report(): Promise<Buffer>
  /** Present where the protocol under test `backfills`. */
  readonly history?: ScriptedHistory
  /** Sends bytes that the connector cannot read. */
  sayNonsense(): Buffer
  /** Resolves once it is answered. */
  override(reason: string): Promise<void>
}

export interface RunningConnector {
  createDevice(id: string, nowMs: () => number): ScriptedDevice
  stop(): Promise<void>
}

export interface ProtocolUnderTest {
  readonly name: string
  readonly connector: Connector
  /** Devices are reached through a vendor's cloud: they keep no connection to us, and what is under way is said by `attempting`. */
  readonly isCloud?: true
  /** The vendor keeps no schedule: what begins later is held until then. */
  readonly isHeldUntilStart?: true
  /** With a standing limit below the rating. */
  readonly attributes: DeviceAttributes & { readonly standingLimitW: number }
  start(options: StartOptions): Promise<RunningConnector>
  /** What the log says of an override, where the protocol has no words for the reason of it. */
  readonly says?: { readonly override: string }
  /** True: its port asks devices for values that did not come. */
  readonly backfills?: boolean
  /** Clauses that the protocol cannot meet, by name, with the reason. */
  readonly skips: Readonly<Record<string, string>>
}
