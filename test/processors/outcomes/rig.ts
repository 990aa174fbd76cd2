/** The outcomes processor alone in the driver, and how it is told of commands and acks. */
import { outcomes } from '../../../processors/outcomes/processor.ts'
import type { Topology } from '../../../processors/runtime/define.ts'
import type { Command, DeviceAck } from '../../../schemas/dispatch.ts'
import { deviceAcks, devicePresence, dispatchCommands, dispatchDelivery, dispatchOutcomes } from '../../../topics/catalogue.ts'
import { anAck } from '../../build/commands.ts'
import { MINUTE_MS, NOON_MS } from '../../build/events.ts'
import { createDriver, type Driver, type DriverOptions } from '../../driver/driver.ts'

const topology: Topology = {
  subTopologies: [{ name: 'acks', partitioning: 'device', processors: [outcomes] }],
  external: [...Object.values(dispatchCommands), deviceAcks, devicePresence],
  terminal: [dispatchOutcomes, dispatchDelivery],
}
export const at = (minutes: number): number => NOON_MS + minutes * MINUTE_MS

export const start = (options: Partial<DriverOptions> = {}): Driver =>
  createDriver(topology, { startMs: NOON_MS, devicePartitions: 1, markers: false, ...options })

export const send = (driver: Driver, command: Command, protocol: keyof typeof dispatchCommands = 'ocpp'): void => {
  driver.send(dispatchCommands[protocol], command)
  driver.run()
}
export const acknowledge = (driver: Driver, command: Command, status: DeviceAck['status']): void => {
  driver.send(deviceAcks, anAck(command, status, { atMs: driver.nowMs() }))
  driver.run()
}
