/** Who is connected, though closes come late and nodes die. */
import { describe, expect, it } from 'vitest'
import { presence } from '../../../processors/presence/processor.ts'
import type { Topology } from '../../../processors/runtime/define.ts'
import type { DeviceConnection } from '../../../schemas/devices.ts'
import { deviceConnections, devicePresence } from '../../../topics/catalogue.ts'
import { aConnection } from '../../build/commands.ts'
import { NOON_MS } from '../../build/events.ts'
import { createDriver, type DriverOptions } from '../../driver/driver.ts'

const topology: Topology = {
  subTopologies: [{ name: 'acks', partitioning: 'device', processors: [presence] }],
  external: [deviceConnections],
  terminal: [devicePresence],
}

/** Presence after each connection record; their offsets are their places. */
function play(connections: readonly DeviceConnection[], options: Partial<DriverOptions> = {}) {
  const driver = createDriver(topology, { startMs: NOON_MS, devicePartitions: 1, markers: false, ...options })
  for (const connection of connections) {
    driver.send(deviceConnections, connection)
    driver.run()
  }
  return driver.read(devicePresence).map(({ value }) => value)
}

const close = (epoch: number, node = 'node-1') => aConnection({ opened: false, epoch, node, atMs: NOON_MS + 1, reason: 'gone' })

describe('presence', () => {
  it('takes the offset of the opened record for the epoch', () => {
    const changes = play([aConnection({ deviceId: 'd-0' }), aConnection(), close(1)])
    expect(changes).toEqual([
      { deviceId: 'd-0', connected: true, epoch: 0, node: 'node-1', sinceMs: NOON_MS },
      { deviceId: 'd-1', connected: true, epoch: 1, node: 'node-1', sinceMs: NOON_MS },
      { deviceId: 'd-1', connected: false, epoch: 1, node: 'node-1', sinceMs: NOON_MS + 1 },
    ])
  })

  it('is not ended by the late close of an earlier connection', () => {
    const changes = play([aConnection(), aConnection({ node: 'node-2' }), close(0)])
    expect(changes.at(-1)).toMatchObject({ connected: true, epoch: 1, node: 'node-2' })
  })

  it('ends once, and not before it began', () => {
    expect(play([close(0)])).toEqual([])
    expect(play([aConnection(), close(0), close(0)])).toHaveLength(2)
  })

  it('comes out the same when the process dies anywhere', () => {
    const story = [aConnection(), close(0), aConnection({ node: 'node-2' }), close(0), close(2)]
    for (const crashAnywhere of [1, 2, 3, 4, 5]) expect(play(story, { crashAnywhere, compactOnCrash: true })).toEqual(play(story))
  })
})
