/** What the dispatcher reads, writes and remembers. */
import { added, boolean, enumeration, type Infer, int, list, long, of, record, string } from '../../schemas/avro.ts'
import { allocation, capacityBucket, decisionTrigger, resourceCapacity } from '../../schemas/dispatch.ts'
import type { DeviceState } from '../../schemas/enrollment.ts'
import { program } from '../../schemas/programs.ts'
import { operatorHold } from '../../schemas/utility.ts'
import {
  devicePresence,
  dispatchCommands,
  dispatchDecisions,
  dispatchOrders,
  enrollmentState,
  programCapacity,
} from '../../topics/catalogue.ts'
import { type Context, store, table } from '../runtime/define.ts'
import { createDeviceInterning } from './interned-devices.ts'
import { knownEvent } from './known-events.ts'
import { ledgerPage } from './ledger.ts'

export const pass = record('Pass', 'A walk over the devices of programs, and how far it came.', {
  trigger: of(decisionTrigger, 'What made it start.'),
  orderSeq: long('Order that it carries out; with trigger tick, the newest order known.'),
  causation: string('Coordinates of that order; empty with trigger tick.'),
  eventIds: list(string('Event.'), 'Events whose decisions it records, whether or not a command is sent.'),
  programIds: list(string('Program.'), 'Programs to walk, in order.'),
  programIndex: int('Program under way.'),
  cursor: string('Last device done in it; empty = none.'),
})
export type Pass = Infer<typeof pass>

const holds = record('Holds', 'Operator stops in force.', { holds: list(operatorHold, 'Stops.') })

const wakeUp = record('WakeUp', 'Something to do at a time; the key starts with it.', {
  kind: of(enumeration('WakeUpKind', ['renew', 'retire'], 'What to do.'), 'Look at the devices of the event again, or forget it.'),
  eventId: string('Event.'),
})
export type WakeUp = Infer<typeof wakeUp>

const progress = record('Progress', 'Counters of the task.', {
  orderSeq: long('Newest order taken; 0 = none.'),
  passes: long('Passes started so far; their keys.'),
  revision: long('Counts changes of events, programs, allocations and holds.'),
  stateOffset: long('Last enrollment.state offset seen.'),
  staleProgramIds: added(list(string('Program.'), 'Programs whose capacity may have changed since the last tick.'), []),
})
export type Progress = Infer<typeof progress>

export const capacitySum = record('CapacitySum', 'Sums of a program in this partition: as published, and as counted so far.', {
  stale: boolean('True: something changed since the count began.'),
  counting: boolean('True: a count is under way.'),
  cursor: string('Last device counted; empty = none.'),
  partial: list(capacityBucket, 'Counted so far.'),
  published: list(capacityBucket, 'As published.'),
  partialResources: added(list(resourceCapacity, 'Counted so far.'), []),
  publishedResources: added(list(resourceCapacity, 'As published.'), []),
  tooManyResources: added(boolean('True: more resources were found than are told of.'), false),
  countedMs: long('When the last count ended, epoch ms UTC; 0 = never.'),
})
export type CapacitySum = Infer<typeof capacitySum>

/** A meter is registered like a device and never commanded. */
export const programsOf = ({ attributes, enrollments }: DeviceState): readonly string[] =>
  attributes.protocol === 'none' ? [] : enrollments.map(({ programId }) => programId)

export const inputs = { order: dispatchOrders }
export const outputs = { ...dispatchCommands, decision: dispatchDecisions, capacity: programCapacity }
export const stores = {
  ledger: store(ledgerPage),
  events: store(knownEvent),
  programs: store(program),
  allocations: store(allocation),
  holds: store(holds),
  passes: store(pass),
  wakeUps: store(wakeUp),
  progress: store(progress),
  capacity: store(capacitySum),
}
export const tables = { devices: table(enrollmentState, programsOf, createDeviceInterning()), presence: table(devicePresence) }

export type DispatchContext = Context<typeof outputs, typeof stores, typeof tables, unknown>

/** Key of the one record in stores that have one. */
export const ONLY = 'all'

const START: Progress = { orderSeq: 0, passes: 0, revision: 0, stateOffset: -1, staleProgramIds: [] }

export const progressOf = ({ stores }: DispatchContext): Progress => stores.progress.get(ONLY) ?? START

export const notePartOf = (context: DispatchContext, part: Partial<Progress>): void =>
  context.stores.progress.put(ONLY, { ...progressOf(context), ...part })

/** A number as text that sorts as the number does. */
export const sortable = (value: number): string => String(value).padStart(15, '0')
