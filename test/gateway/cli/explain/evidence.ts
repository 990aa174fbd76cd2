/** Evidence for stories, as it stands on the log, to be changed where a test needs it. */
import { type Evidence, nothingGathered } from '../../../../gateway/cli/explain/evidence.ts'
import type { Placed } from '../../../../gateway/cli/log/placed.ts'
import type { Command, CommandOutcome, DecisionBlock, DecisionOutcome, DeviceAck } from '../../../../schemas/dispatch.ts'
import type { EnrollmentChange } from '../../../../schemas/enrollment.ts'
import * as topics from '../../../../topics/catalogue.ts'
import type { Topic } from '../../../../topics/define.ts'
import { aChange } from '../../../build/changes.ts'
import { anEvent, anOrder, HOUR_MS, NOON_MS } from '../../../build/events.ts'
import { aProgram } from '../../../build/terms.ts'

export const placed = <T>(topic: Topic<T>, offset: number, value: T, timestampMs = NOON_MS): Placed<T> => ({
  topic: topic.name,
  partition: 1,
  offset,
  timestampMs,
  causation: '',
  producer: 'test@1',
  value,
})

export const change = (offset: number, kind: EnrollmentChange['kind'], changes: Partial<EnrollmentChange> = {}) =>
  placed(topics.enrollmentChanges, offset, aChange(kind, changes))

export interface DecisionOptions extends Partial<DecisionBlock> {
  readonly outcome: DecisionOutcome
  readonly seq?: number
  readonly stateOffset?: number
  readonly outranked?: string
}

/** A block about devices a-1 and d-1, the second of which is the one looked at. */
export function decision(offset: number, { outcome, seq = 0, stateOffset = 11, outranked = '', ...changes }: DecisionOptions) {
  return placed<DecisionBlock>(topics.dispatchDecisions, offset, {
    eventId: 'E',
    eventRevision: 1,
    programId: 'summer-shed',
    termsVersion: 1,
    trigger: 'order',
    orderSeq: 1,
    decidedMs: NOON_MS + 10,
    deviceIds: ['a-1', 'd-1'],
    outcomes: ['internalFault', outcome],
    commandSeqs: [7, seq],
    stateOffsets: [1, stateOffset],
    epochs: [-1, -1],
    payloadHashes: ['', ''],
    outrankedBy: ['', outranked],
    faults: ['not ours', 'the payload has no slot'],
    ...changes,
  })
}

export function command(offset: number, seq: number, changes: Partial<Command> = {}) {
  const startMs = NOON_MS + 2 * HOUR_MS
  const segment = { startMs, endMs: startMs + HOUR_MS, level: '2', limitW: 5_500, eventId: 'E', programId: 'summer-shed' }
  return placed<Command>(topics.dispatchCommands.ocpp, offset, {
    commandId: `c-${seq}`,
    deviceId: 'd-1',
    seq,
    issuedMs: NOON_MS,
    expiresMs: startMs + HOUR_MS,
    segments: [segment],
    test: 'none',
    payload: Buffer.from('{}'),
    payloadHash: 'hash',
    calledW: 5_500,
    ...changes,
  })
}

export const ack = (offset: number, seq: number, status: DeviceAck['status']) =>
  placed<DeviceAck>(topics.deviceAcks, offset, {
    deviceId: 'd-1',
    commandId: `c-${seq}`,
    seq,
    status,
    atMs: NOON_MS,
    epoch: 5,
    node: 'edge',
    vendorHandle: '',
    part: '',
    code: '',
    detail: '',
    release: false,
    lastEndMs: 0,
    expiresMs: null,
  })

export const outcome = (offset: number, seq: number, value: CommandOutcome['outcome']) =>
  placed<CommandOutcome>(topics.dispatchOutcomes, offset, {
    deviceId: 'd-1',
    commandId: `c-${seq}`,
    seq,
    eventIds: ['E'],
    outcome: value,
    revision: 1,
    decidedMs: NOON_MS,
    limitedW: 5_500,
  })

/** Device d-1 is registered, enrolled in summer-shed, and its partition was told of event E. Nothing is decided yet. */
export function evidence(changes: Partial<Evidence> = {}): Evidence {
  return {
    eventId: 'E',
    deviceId: 'd-1',
    ...nothingGathered(),
    events: [placed(topics.utilityEvents, 3, anEvent())],
    programs: [placed(topics.programsView, 0, aProgram())],
    orders: [placed(topics.dispatchOrders, 4, anOrder(1, { events: [anEvent()] }))],
    changes: [change(10, 'registered'), change(11, 'enrolled', { programId: 'summer-shed' })],
    ...changes,
  }
}
