/** Everything on the log that bears on one device in one event. */
import type { DeviceConnection } from '../../../schemas/devices.ts'
import type { Command, CommandOutcome, DecisionBlock, DeviceAck, DispatchOrder } from '../../../schemas/dispatch.ts'
import type { EnrollmentChange, EnrollmentVerdict } from '../../../schemas/enrollment.ts'
import type { Program } from '../../../schemas/programs.ts'
import type { SettlementBaseline, SettlementResult, StatementLine } from '../../../schemas/settlement.ts'
import type { IntervalBlock, ReadingBlock, TelemetryGap } from '../../../schemas/telemetry.ts'
import type { UtilityEvent, UtilityRequest, UtilitySignal } from '../../../schemas/utility.ts'
import type { Placed } from '../log/placed.ts'

/** Each list in the order of the log. */
export interface Evidence {
  readonly eventId: string
  readonly deviceId: string
  /** Revisions of the event, also those that were refused. */
  readonly events: readonly Placed<UtilityEvent>[]
  readonly signals: readonly Placed<UtilitySignal>[]
  readonly requests: readonly Placed<UtilityRequest>[]
  /** The event's program, newest view. */
  readonly programs: readonly Placed<Program>[]
  /** Orders to the device's partition that carry the event, its allocation, or a change of operator stops. */
  readonly orders: readonly Placed<DispatchOrder>[]
  /** All changes of the device, and the verdicts on them. */
  readonly changes: readonly Placed<EnrollmentChange>[]
  readonly verdicts: readonly Placed<EnrollmentVerdict>[]
  readonly connections: readonly Placed<DeviceConnection>[]
  /** Blocks about the event that name the device. */
  readonly decisions: readonly Placed<DecisionBlock>[]
  /** Commands to the device since the event became known. */
  readonly commands: readonly Placed<Command>[]
  readonly acks: readonly Placed<DeviceAck>[]
  readonly outcomes: readonly Placed<CommandOutcome>[]
  /** What overlaps the event. */
  readonly readings: readonly Placed<ReadingBlock>[]
  readonly intervals: readonly Placed<IntervalBlock>[]
  readonly gaps: readonly Placed<TelemetryGap>[]
  /** Of the units that the device counts to. */
  readonly baselines: readonly Placed<SettlementBaseline>[]
  readonly results: readonly Placed<SettlementResult>[]
  readonly statements: readonly Placed<StatementLine>[]
}

type Lists = Omit<Evidence, 'eventId' | 'deviceId'>
/** The same, while it is gathered. */
export type Gathering = { readonly [K in keyof Lists]: Lists[K] extends readonly Placed<infer T>[] ? Placed<T>[] : never }

export const nothingGathered = (): Gathering => ({
  events: [],
  signals: [],
  requests: [],
  programs: [],
  orders: [],
  changes: [],
  verdicts: [],
  connections: [],
  decisions: [],
  commands: [],
  acks: [],
  outcomes: [],
  readings: [],
  intervals: [],
  gaps: [],
  baselines: [],
  results: [],
  statements: [],
})
