/** Rows of dispatch: decisions by device, commands, acks and outcomes. */
import type { DecisionBlock } from '../../../schemas/dispatch.ts'
import { deviceAcks, dispatchCommands, dispatchDecisions, dispatchOutcomes } from '../../../topics/catalogue.ts'
import { flag, int32, int64, list, nullable, text } from './cells.ts'
import { rowsOf } from './declare.ts'

const decisionLists = (block: DecisionBlock) => [
  block.deviceIds,
  block.outcomes,
  block.commandSeqs,
  block.stateOffsets,
  block.epochs,
  block.payloadHashes,
  block.outrankedBy,
]

/** The fault of each device; empty where there is none. */
function faultsOf({ outcomes, faults }: DecisionBlock): readonly string[] {
  const inTurn = faults.values()
  return outcomes.map((outcome) => (outcome === 'internalFault' ? (inTurn.next().value ?? '') : ''))
}

/** One row per device. */
export const decisionRows = rowsOf(
  dispatchDecisions,
  'decision_blocks',
  (column) => ({
    event_id: column(text, (block) => block.eventId),
    event_revision: column(int32, (block) => block.eventRevision),
    program_id: column(text, (block) => block.programId),
    terms_version: column(int32, (block) => block.termsVersion),
    trigger: column(text, (block) => block.trigger),
    order_seq: column(int64, (block) => block.orderSeq),
    decided_at: column(int64, (block) => block.decidedMs),
    device_ids: column(list(text), (block) => block.deviceIds),
    outcomes: column(list(text), (block) => block.outcomes),
    command_seqs: column(list(int64), (block) => block.commandSeqs),
    state_offsets: column(list(int64), (block) => block.stateOffsets),
    epochs: column(list(int64), (block) => block.epochs),
    payload_hashes: column(list(text), (block) => block.payloadHashes),
    outranked_bys: column(list(text), (block) => block.outrankedBy),
    faults: column(list(text), faultsOf),
  }),
  { explodes: true, lists: decisionLists },
)

export const commandRows = Object.entries(dispatchCommands).map(([protocol, topic]) =>
  rowsOf(topic, 'command_rows', (column) => ({
    device_id: column(text, (command) => command.deviceId),
    seq: column(int64, (command) => command.seq),
    command_id: column(text, (command) => command.commandId),
    protocol: column(text, () => protocol),
    issued_at: column(int64, (command) => command.issuedMs),
    expires_at: column(nullable(int64), (command) => command.expiresMs),
    event_ids: column(list(text), (command) => [...new Set(command.segments.map(({ eventId }) => eventId))]),
    segment_starts: column(list(int64), (command) => command.segments.map(({ startMs }) => startMs)),
    segment_ends: column(list(int64), (command) => command.segments.map(({ endMs }) => endMs)),
    segment_levels: column(list(text), (command) => command.segments.map(({ level }) => level)),
    segment_limits_w: column(list(int64), (command) => command.segments.map(({ limitW }) => limitW)),
    segment_event_ids: column(list(text), (command) => command.segments.map(({ eventId }) => eventId)),
    test: column(text, (command) => command.test),
    payload_hash: column(text, (command) => command.payloadHash),
    payload_bytes: column(int32, (command) => command.payload.length),
    called_w: column(int64, (command) => command.calledW),
  })),
)

export const ackRows = rowsOf(deviceAcks, 'ack_rows', (column) => ({
  device_id: column(text, (ack) => ack.deviceId),
  command_id: column(text, (ack) => ack.commandId),
  seq: column(int64, (ack) => ack.seq),
  status: column(text, (ack) => ack.status),
  seen_at: column(int64, (ack) => ack.atMs),
  epoch: column(int64, (ack) => ack.epoch),
  node: column(text, (ack) => ack.node),
  vendor_handle: column(text, (ack) => ack.vendorHandle),
  code: column(text, (ack) => ack.code),
  detail: column(text, (ack) => ack.detail),
  release: column(flag, (ack) => ack.release),
  part: column(text, (ack) => ack.part),
}))

export const outcomeRows = rowsOf(dispatchOutcomes, 'outcome_rows', (column) => ({
  device_id: column(text, (outcome) => outcome.deviceId),
  command_id: column(text, (outcome) => outcome.commandId),
  revision: column(int32, (outcome) => outcome.revision),
  seq: column(int64, (outcome) => outcome.seq),
  event_ids: column(list(text), (outcome) => outcome.eventIds),
  outcome: column(text, (outcome) => outcome.outcome),
  decided_at: column(int64, (outcome) => outcome.decidedMs),
  limited_w: column(int64, (outcome) => outcome.limitedW),
}))
