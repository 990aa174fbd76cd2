/** What differs between the versions of OCPP behind one socket server: which messages there are, what they mean, how they are answered. */
import type { Checked } from './check.ts'
import type { OcppErrorCode } from './frames.ts'

export type OcppVersion = '1.6' | '2.0.1'

export type AnswerContext = { stationId: string; nowMs: number; heartbeatIntervalS: number }

/** What a station's request asks of the connector beyond its answer. */
export type Meaning =
  | { kind: 'none' }
  | { kind: 'booted' }
  /** To be kept verbatim. */
  | { kind: 'meterData' }
  /** A person changed the station against our limit. */
  | { kind: 'overridden'; reason: string }
  | { kind: 'securityEvent'; type: string }
  /** A part of what GetChargingProfiles asked for (2.0.1); `isLast`: nothing follows. */
  | { kind: 'profilesReported'; requestId: number; profiles: readonly unknown[]; isLast: boolean }

/** A station's request, read. */
export interface Heard {
  readonly action: string
  readonly meaning: Meaning
  /** The newest time of the station's clock in it, epoch ms UTC; undefined where it has none, or says itself that it is late. */
  readonly statedMs: number | undefined
  /** Payload of the CALLRESULT. */
  answer(context: AnswerContext): object
}

/** A request of ours; `payloadJson` is sent as it stands. */
export interface CentralCall {
  readonly version: OcppVersion
  readonly action: string
  readonly payloadJson: string
}

/** One version of OCPP, as far as frames carry it. Pure. */
export interface Dialect {
  readonly version: OcppVersion
  readonly subprotocol: string
  readRequest(action: string, payload: unknown): Checked<Heard>
  /** A request of ours, checked against its schema. */
  checkRequest(action: string, payload: unknown): Checked<object>
  /** The station's answer to a request of ours. */
  readResponse(action: string, payload: unknown): Checked<object>
  /** The error code as this version spells it. */
  spell(code: OcppErrorCode): string
}

/** A checked request of ours; throws on a fault, which is ours. */
export function callOf(dialect: Dialect, action: string, payload: object): CentralCall {
  const checked = dialect.checkRequest(action, payload)
  if (!checked.ok) throw new TypeError(`${action}: ${checked.fault.description}`)
  return { version: dialect.version, action, payloadJson: JSON.stringify(checked.value) }
}
