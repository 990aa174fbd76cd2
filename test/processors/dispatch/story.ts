/** Runs the dispatcher on states and orders, and reads back what came of it. */
import type { Renderers } from '../../../processors/dispatch/decider.ts'
import { createDispatcher } from '../../../processors/dispatch/processor.ts'
import type { Topology } from '../../../processors/runtime/define.ts'
import type { Command, DispatchOrder } from '../../../schemas/dispatch.ts'
import type { DeviceState } from '../../../schemas/enrollment.ts'
import {
  devicePresence,
  dispatchCommands,
  dispatchDecisions,
  dispatchOrders,
  enrollmentState,
  programCapacity,
} from '../../../topics/catalogue.ts'
import { NOON_MS } from '../../build/events.ts'
import { readableRenderer } from '../../build/renderer.ts'
import { createDriver, type Driver, type DriverOptions } from '../../driver/driver.ts'

const PARTITIONS = 2

export function startDispatch(
  options: Partial<DriverOptions> = {},
  renderers: Renderers = { loopback: readableRenderer('loopback') },
): Driver {
  const topology: Topology = {
    subTopologies: [{ name: 'dispatch', partitioning: 'device', processors: [createDispatcher(renderers)] }],
    external: [enrollmentState, dispatchOrders, devicePresence],
    terminal: [...Object.values(dispatchCommands), dispatchDecisions, programCapacity],
  }
  return createDriver(topology, { startMs: NOON_MS, devicePartitions: PARTITIONS, markers: false, ...options })
}

/** Sends states and lets them settle, so that a later order finds them. */
export function sendStates(driver: Driver, states: readonly DeviceState[]): void {
  for (const state of states) driver.send(enrollmentState, state)
  driver.run()
}

export function sendOrder(driver: Driver, order: DispatchOrder): void {
  for (let partition = 0; partition < driver.devicePartitions; partition++) driver.send(dispatchOrders, order, { partition })
}

/** All commands, in the order written; of one device when it is named. */
export const commandsOf = (driver: Driver, deviceId?: string): readonly Command[] =>
  Object.values(dispatchCommands)
    .flatMap((topic) => driver.read(topic))
    .flatMap(({ value }) => value ?? [])
    .filter((command) => deviceId === undefined || command.deviceId === deviceId)

export interface Decided {
  readonly eventId: string
  readonly revision: number
  readonly deviceId: string
  readonly outcome: string
  readonly seq: number
  readonly trigger: string
  readonly outrankedBy: string
  readonly stateOffset: number
  readonly epoch: number
}

/** All decisions, a row each, in the order written. */
export const decisionsOf = (driver: Driver): readonly Decided[] =>
  driver.read(dispatchDecisions).flatMap(({ value: block }) =>
    (block?.deviceIds ?? []).map((deviceId, row) => ({
      eventId: block?.eventId ?? '',
      revision: block?.eventRevision ?? 0,
      deviceId,
      outcome: block?.outcomes[row] ?? '',
      seq: block?.commandSeqs[row] ?? 0,
      trigger: block?.trigger ?? '',
      outrankedBy: block?.outrankedBy[row] ?? '',
      stateOffset: block?.stateOffsets[row] ?? -1,
      epoch: block?.epochs[row] ?? -1,
    })),
  )

/** The newest outcome of each device for an event. */
export const newestOutcomes = (driver: Driver, eventId: string): Record<string, string> =>
  Object.fromEntries(
    decisionsOf(driver)
      .filter((decided) => decided.eventId === eventId)
      .map(({ deviceId, outcome }) => [deviceId, outcome]),
  )
