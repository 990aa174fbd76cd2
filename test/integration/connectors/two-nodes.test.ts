/** Two connector nodes, each with half of the sockets: one is killed with -9, its chargers go to the other, and each ends with exactly one command in effect. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { realClock } from '../../../processors/runtime/clock.ts'
import type { Followed, Following, LogWriter } from '../../../processors/runtime/log.ts'
import type { DeviceConnection } from '../../../schemas/devices.ts'
import { deviceConnections } from '../../../topics/catalogue.ts'
import { createFleet, type Fleet } from '../../fleet/fleet.ts'
import { useBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { commandChargers } from './commanded-chargers.ts'
import { type CommandedFleet, nodeTopics } from './commanded-fleet.ts'
import { type OcppNode, startOcppNode } from './ocpp-node.ts'

const DEVICES = 200
const LONG_MS = 120_000

const broker = useBroker()
const prefix = broker.uniquePrefix()
const connections: Followed<DeviceConnection>[] = []
let writer: LogWriter
let following: Following
let first: OcppNode
let second: OcppNode
let fleet: Fleet
let commanded: CommandedFleet
/** The first node is there for whoever belongs to it. */
let firstIsUp = true

const startNode = (name: string): Promise<OcppNode> =>
  startOcppNode({ brokers: broker.brokers, registryUrl: broker.registryUrl, port: 0, node: `${prefix}-${name}`, callTimeoutMs: 5_000 })

const belongsToFirst = (id: string): boolean => fleet.ids().indexOf(id) % 2 === 0
const untilSettled = () => eventually('every device settled', commanded.areSettled, LONG_MS)

beforeAll(async () => {
  await broker.provision(nodeTopics('ocpp'))
  writer = await broker.openWriter()
  following = await broker.reader.follow<DeviceConnection>([deviceConnections], 'end', (records) => {
    for (const record of records) if (record.value?.deviceId.startsWith(prefix)) connections.push(record)
  })
  await following.caughtUp
  first = await startNode('first')
  second = await startNode('second')
  fleet = createFleet({
    devices: DEVICES,
    seed: 9,
    url: (id) => `ws://127.0.0.1:${(firstIsUp && belongsToFirst(id) ? first : second).port}/ocpp`,
    clock: realClock,
    password: 'password',
    idOf: (index) => `${prefix}-${index}`,
    mix: { ocpp201: 0.5 },
    answerMs: 150,
  })
  fleet.start()
  commanded = await commandChargers(fleet, { writer, reader: broker.reader })
  await eventually('all chargers connected', () => fleet.stats().connected === DEVICES, LONG_MS)
})

afterAll(async () => {
  await fleet.stop()
  await Promise.all([first.kill(), second.kill(), following.stop(), commanded.stop()])
  await writer.close()
})

test('each node holds half of the sockets, and carries the commands of those', async () => {
  await commanded.command(1, () => 5_000)
  await untilSettled()
  for (const id of fleet.ids()) {
    commanded.expectOneInEffect(id)
    const node = `ocpp@${prefix}-${belongsToFirst(id) ? 'first' : 'second'}`
    expect(new Set(commanded.acksOf(id).map((ack) => ack.node)), id).toEqual(new Set([node]))
  }
})

test('one killed with commands in flight: its chargers go to the other, and each has exactly one command in effect', async () => {
  await commanded.command(2, () => 4_000)
  await eventually('commands in flight', () => commanded.isInFlight(2, fleet.ids().filter(belongsToFirst)))
  firstIsUp = false
  await first.kill()
  // While half of the fleet is on its way, some of it is released, some limited anew, and some left with what was in flight.
  await commanded.command(3, (index) => (index % 5 === 0 ? undefined : index % 3 === 0 ? null : 3_000))
  await untilSettled()
  for (const id of fleet.ids()) {
    commanded.expectOneInEffect(id)
    expect(commanded.acksOf(id).at(-1)?.node, id).toBe(`ocpp@${prefix}-second`)
  }
})

test('the dead node, when it is back, takes nothing from the living one', async () => {
  first = await startNode('first')
  await commanded.command(4, () => 2_500)
  await untilSettled()
  for (const id of fleet.ids()) {
    commanded.expectOneInEffect(id)
    expect(commanded.acksOf(id).at(-1)?.node, id).toBe(`ocpp@${prefix}-second`)
    // Its own connection is over since the other one opened; none of the other's was closed in its name.
    const newest = connections.filter(({ value }) => value?.deviceId === id && value.opened).at(-1)
    expect(newest?.value?.node, id).toBe(`ocpp@${prefix}-second`)
    const closes = connections.filter(({ value }) => value?.deviceId === id && !value.opened && value.epoch === newest?.offset)
    expect(closes, id).toEqual([])
  }
})
