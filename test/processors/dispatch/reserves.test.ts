/** The loop of a kW target: capacity, allocation, commands, answers, reserves. */
import { expect, it } from 'vitest'
import { broadcaster } from '../../../processors/broadcaster/processor.ts'
import { createDispatcher } from '../../../processors/dispatch/processor.ts'
import { outcomes } from '../../../processors/outcomes/processor.ts'
import type { Topology } from '../../../processors/runtime/define.ts'
import type { Command } from '../../../schemas/dispatch.ts'
import {
  deviceAcks,
  devicePresence,
  dispatchCommands,
  dispatchDecisions,
  dispatchOrders,
  dispatchOutcomes,
  enrollmentState,
  programsView,
  utilityEvents,
} from '../../../topics/catalogue.ts'
import { anAck } from '../../build/commands.ts'
import { aDevice } from '../../build/devices.ts'
import { anEvent, anInterval, HOUR_MS, MINUTE_MS, NOON_MS } from '../../build/events.ts'
import { readableRenderer } from '../../build/renderer.ts'
import { aProgram } from '../../build/terms.ts'
import { createDriver, type Driver, type DriverOptions } from '../../driver/driver.ts'

const topology: Topology = {
  subTopologies: [
    { name: 'control', partitioning: 'one', processors: [broadcaster] },
    { name: 'dispatch', partitioning: 'device', processors: [createDispatcher({ loopback: readableRenderer('loopback') })] },
    { name: 'acks', partitioning: 'device', processors: [outcomes] },
  ],
  external: [utilityEvents, programsView, enrollmentState, devicePresence, deviceAcks],
  terminal: [...Object.values(dispatchCommands), dispatchDecisions, dispatchOutcomes],
}

const commandsOf = (driver: Driver): readonly Command[] => driver.read(dispatchCommands.loopback).flatMap(({ value }) => value ?? [])

/** 40 devices of 11 kW, a target of 110 kW; every second device that is called rejects. */
function play(options: Partial<DriverOptions> = {}): Driver {
  const driver = createDriver(topology, { startMs: NOON_MS, devicePartitions: 2, markers: false, ...options })
  driver.send(programsView, aProgram())
  for (let index = 0; index < 40; index++) driver.send(enrollmentState, aDevice({ deviceId: `d-${index}` }))
  driver.advanceTo(NOON_MS + 2 * MINUTE_MS, MINUTE_MS)
  const intervals = [anInterval(NOON_MS + 2 * HOUR_MS, NOON_MS + 4 * HOUR_MS, '3')]
  driver.send(utilityEvents, anEvent({ intervals, targetW: 110_000 }))
  driver.run()
  const answered = new Set<string>()
  for (let minute = 3; minute < 40; minute++) {
    for (const command of commandsOf(driver)) {
      if (answered.has(command.commandId)) continue
      answered.add(command.commandId)
      const odd = Number(command.deviceId.slice(2)) % 2 === 1
      driver.send(deviceAcks, anAck(command, odd ? 'rejected' : 'applied', { atMs: driver.nowMs() }))
    }
    driver.advanceTo(NOON_MS + minute * MINUTE_MS)
  }
  return driver
}

const orders = (driver: Driver) =>
  driver.read(dispatchOrders).filter(({ partition, value }) => partition === 0 && (value?.allocations.length ?? 0) > 0)

it('calls reserves until what was applied covers the target', () => {
  const driver = play()
  const appliedW = driver.read(dispatchOutcomes).reduce((sum, { value }) => sum + (value?.outcome === 'applied' ? value.limitedW : 0), 0)
  expect(appliedW).toBeGreaterThanOrEqual(110_000)
  const allocations = orders(driver).map(({ value }) => value?.allocations[0])
  expect(allocations.length).toBeGreaterThan(1)
  expect(allocations.map((allocation) => allocation?.round)).toEqual(allocations.map((_, round) => round))
  expect(commandsOf(driver).length).toBeLessThan(40)
  // No device that was called is dropped again.
  expect(commandsOf(driver).every(({ segments, seq }) => segments.length > 0 && seq === 1)).toBe(true)
})

it('calls the same devices, whatever crashes', () => {
  const idsOf = (driver: Driver) =>
    commandsOf(driver)
      .map(({ commandId }) => commandId)
      .sort()
  const calm = idsOf(play())
  for (const crashAnywhere of [11, 12, 13]) expect(idsOf(play({ crashAnywhere, compactOnCrash: true }))).toEqual(calm)
})
