/** Records of dispatch: orders to partitions, decisions, commands, and what became of them. */
import { added, boolean, bytes, enumeration, type Infer, int, list, long, of, optional, record, string } from './avro.ts'
import { testKind } from './common.ts'
import { program } from './programs.ts'
import { operatorHold, utilityEvent } from './utility.ts'

export const capacityBucket = record('CapacityBucket', 'Capacity of devices alike in dispatch order.', {
  eventsThisSeason: int('Events these devices had this season.'),
  hashBucket: int('Hash of the device id, 0 to 63.'),
  devices: int('Devices.'),
  capacityW: long('Power they can shed or take, W.'),
  mostW: added(long('Power that they can draw at most, W.'), 0),
  floorW: added(long('Power below which they cannot run, W.'), 0),
})
export type CapacityBucket = Infer<typeof capacityBucket>
export const eventOptOuts = record('EventOptOuts', 'Devices of a resource that left one event.', {
  eventId: string('Event.'),
  devices: int('Devices that left it.'),
  overrides: int('Of those, by an override at the device.'),
})
export const resourceCapacity = record('ResourceCapacity', 'Devices that the utility knows as one resource.', {
  resourceId: string('Resource.'),
  devices: int('Devices enrolled.'),
  callable: int('Of those, neither suspended, held nor without confirmed registration.'),
  availableW: long('Power that the callable ones can shed or take, W; opt-outs of single events not taken off.'),
  optOuts: list(eventOptOuts, 'Events that callable devices left, by event id.'),
  mostW: added(long('Power that the callable ones can draw at most, W.'), 0),
  floorW: added(long('Power below which the callable ones cannot run, W.'), 0),
})
export type ResourceCapacity = Infer<typeof resourceCapacity>
export const programCapacity = record('ProgramCapacity', 'Partial sums of one program in one partition.', {
  programId: string('Program.'),
  partition: int('Partition of the devices.'),
  asOfOffset: long('Last enrollment.state offset counted.'),
  buckets: list(capacityBucket, 'By dispatch order, first called first.'),
  resources: added(
    list(resourceCapacity, 'By resource id, where a VTN addresses the program and it settles resources; none where there are too many.'),
    [],
  ),
  tooManyResources: added(boolean('True: there are more than 2,000 resources here, which are not told of.'), false),
})
export type ProgramCapacity = Infer<typeof programCapacity>

export const division = record('Division', 'Who shares a power that is for all devices of an event together.', {
  mostW: long('Power that they can draw at most, W.'),
  floorW: long('Power below which they cannot run, W.'),
})
export type Division = Infer<typeof division>

export const allocation = record(
  'Allocation',
  'Which devices of an event are called, so that each partition decides alone: those whose place in the order is at or below the threshold.',
  {
    eventId: string('Event.'),
    round: int('0 at first, then one more each time reserves are called.'),
    targetW: long('Reduction wanted, W.'),
    calledW: long('Capacity called up to the threshold, W.'),
    shortfallW: long('Target not covered by any device, W.'),
    thresholdEvents: int('Devices with fewer events this season are called.'),
    thresholdBucket: int('Of those with exactly thresholdEvents: hash buckets up to here, inclusive.'),
    division: optional(of(division, 'With a limit for all devices together, which calls everybody; else null.')),
  },
)
export type Allocation = Infer<typeof allocation>

export const dispatchOrder = record('DispatchOrder', 'What every device partition must know; one copy each.', {
  orderSeq: long('Counts orders of the broadcaster, from 1.'),
  events: list(utilityEvent, 'Events of one signal, planned at once; also cancelled ones.'),
  programs: list(program, 'Programs whose terms changed, whole.'),
  allocations: list(allocation, 'Allocations for kW targets.'),
  holds: list(operatorHold, 'All operator stops in force, whenever they changed.'),
  holdsChanged: boolean('True: holds replaces what was known.'),
})
export type DispatchOrder = Infer<typeof dispatchOrder>

export const decisionOutcome = enumeration(
  'DecisionOutcome',
  [
    'sent',
    'sentAtRisk',
    'suspended',
    'optedOut',
    'overriddenByCustomer',
    'terminated',
    'notYetEffective',
    'notTargeted',
    'outranked',
    'outsideProgramHours',
    'noticeTooShort',
    'eventLimitReached',
    'capacityNotNeeded',
    'tooLate',
    'operatorHold',
    'noTemplate',
    'internalFault',
    'released',
    'notEnrolled',
  ],
  'What was decided about a device and an event.',
)
export type DecisionOutcome = Infer<typeof decisionOutcome>

export const decisionTrigger = enumeration(
  'DecisionTrigger',
  ['order', 'state', 'tick'],
  'What made the dispatcher plan: an order, a change of the device, or time.',
)

export const decisionBlock = record('DecisionBlock', 'Decisions about up to 500 devices and one event, as columns of equal length.', {
  eventId: string('Event.'),
  eventRevision: int('Revision planned for.'),
  programId: string('Program.'),
  termsVersion: int('Version of the terms.'),
  trigger: of(decisionTrigger, 'What made it plan.'),
  orderSeq: long('Order of the pass; with trigger state, the newest order known.'),
  decidedMs: long('Time of the transaction, epoch ms UTC.'),
  deviceIds: list(string('Device.'), 'Devices, ascending.'),
  outcomes: list(decisionOutcome, 'What was decided.'),
  commandSeqs: list(long('Sequence.'), 'seq of the command written; 0 = none, the device already has it or gets nothing.'),
  stateOffsets: list(long('Offset.'), 'Last enrollment.changes offset folded into the state that was used.'),
  epochs: list(long('Epoch.'), 'Connection epoch known; -1 = not connected.'),
  payloadHashes: list(string('Hash.'), 'Hash of the payload; empty = no command.'),
  outrankedBy: list(string('Event.'), 'Event that took the device instead; empty = none.'),
  faults: added(list(string('Fault.'), 'What went wrong, of each row with outcome internalFault in turn.'), []),
})
export type DecisionBlock = Infer<typeof decisionBlock>

export const segment = record('Segment', "A stretch of a device's desired timeline.", {
  startMs: long('Start, epoch ms UTC.'),
  endMs: long('End, exclusive, epoch ms UTC.'),
  level: string('Level.'),
  limitW: long('Limit, W; never above the standing limit.'),
  eventId: string('Event.'),
  programId: string('Program.'),
})
export type Segment = Infer<typeof segment>

export const command = record(
  'Command',
  'The whole desired timeline of a device; an empty one is release. The newest seq wins everywhere.',
  {
    commandId: string('Hash of deviceId and seq.'),
    deviceId: string('Device.'),
    seq: long('Increases per device.'),
    issuedMs: long('Time of the transaction, epoch ms UTC.'),
    expiresMs: optional(long('After this it must not be applied any more, epoch ms UTC; null = a release, which never expires.')),
    segments: list(segment, 'Non-overlapping, in order.'),
    test: of(testKind, 'none when any segment is of a real event.'),
    payload: bytes('Filled payload in the form of the protocol.'),
    payloadHash: string('Content hash of payload.'),
    calledW: added(long('Power that the timeline calls on at its deepest, W; 0 for a release.'), 0),
  },
  'issuedMs',
)
export type Command = Infer<typeof command>

export const ackStatus = enumeration(
  'AckStatus',
  ['attempting', 'sent', 'accepted', 'rejected', 'notSupported', 'timedOut', 'overridden', 'applied', 'released', 'superseded', 'delayed'],
  "What the connector saw. accepted is the device's word; applied is shown by a read-back or by metered power; superseded = a newer seq came before it was sent; delayed = it can not be sent in time, since the line is down or its quota is used up, and is sent as soon as it can be.",
)
export type AckStatus = Infer<typeof ackStatus>

export const deviceAck = record('DeviceAck', 'Something a connector saw about a command.', {
  deviceId: string('Device.'),
  commandId: string('Command.'),
  seq: long('Its seq.'),
  status: of(ackStatus, 'What was seen.'),
  atMs: long('When, epoch ms UTC.'),
  epoch: long('Connection epoch; -1 = none.'),
  node: string('Connector node.'),
  vendorHandle: string('Id that the device or vendor gave; empty = none.'),
  code: string('Answer code of the protocol, verbatim.'),
  detail: string('More, where there is more.'),
  release: boolean('True: the command was a release.'),
  lastEndMs: long('End of the last segment of the command, epoch ms UTC; 0 for a release.'),
  expiresMs: optional(long('Expiry of the command, epoch ms UTC.')),
  part: added(
    string(
      'Part of the timeline that it is about, where a vendor keeps each part as a thing of its own: start/end/hash; empty = the whole.',
    ),
    '',
  ),
})
export type DeviceAck = Infer<typeof deviceAck>

export const outcome = enumeration(
  'Outcome',
  ['applied', 'acceptedUnverified', 'rejected', 'unreachable', 'expired', 'overridden', 'released', 'noAnswer', 'superseded'],
  'What became of a command.',
)
export type Outcome = Infer<typeof outcome>

export const commandOutcome = record('CommandOutcome', 'What became of a command, also when nobody answered.', {
  deviceId: string('Device.'),
  commandId: string('Command.'),
  seq: long('Its seq.'),
  eventIds: list(string('Event.'), 'Events of its segments; empty for a release.'),
  outcome: of(outcome, 'What became of it.'),
  revision: int('1 at first; a late answer revises.'),
  decidedMs: long('Epoch ms UTC.'),
  limitedW: long('Power the command called on, W; for reserves.'),
})
export type CommandOutcome = Infer<typeof commandOutcome>

export const eventDelivery = record('EventDelivery', 'What became, so far, of the power that one event called on in one partition.', {
  eventId: string('Event.'),
  partition: int('Partition of the devices.'),
  deliveredW: long('Called on by commands that were applied or accepted, W.'),
  failedW: long('Called on by commands that came to nothing, W.'),
  pendingW: long('Called on by commands without an outcome, W.'),
})
export type EventDelivery = Infer<typeof eventDelivery>
