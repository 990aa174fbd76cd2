/** The connector killed with -9 while commands are in flight: afterwards every device has exactly the newest, and the acks say so. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { realClock } from '../../../processors/runtime/clock.ts'
import type { LogWriter } from '../../../processors/runtime/log.ts'
import { deviceConnections, telemetryRaw } from '../../../topics/catalogue.ts'
import { createFleet, type Fleet } from '../../fleet/fleet.ts'
import { useBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { commandChargers } from './commanded-chargers.ts'
import { type CommandedFleet, nodeTopics } from './commanded-fleet.ts'
import { type OcppNode, startOcppNode } from './ocpp-node.ts'

const DEVICES = 200
const ALIGNED_S = 2
const ROUNDS = 2

const broker = useBroker()
const prefix = broker.uniquePrefix()
let writer: LogWriter
let node: OcppNode
let fleet: Fleet
let commanded: CommandedFleet

const startNode = (port: number): Promise<OcppNode> =>
  startOcppNode({ brokers: broker.brokers, registryUrl: broker.registryUrl, port, node: prefix, callTimeoutMs: 5_000 })

/** Every third device is released in every second round, the others are limited anew. */
const command = (seq: number): Promise<void> => commanded.command(seq, (index) => (seq % 2 === 0 && index % 3 === 0 ? null : 1_000 * seq))

beforeAll(async () => {
  await broker.provision(nodeTopics('ocpp'))
  writer = await broker.openWriter()
  node = await startNode(0)
  fleet = createFleet({
    devices: DEVICES,
    seed: 7,
    url: `ws://127.0.0.1:${node.port}/ocpp`,
    clock: realClock,
    password: 'password',
    idOf: (index) => `${prefix}-${index}`,
    answerMs: 150,
    alignedIntervalS: ALIGNED_S,
  })
  fleet.start()
  commanded = await commandChargers(fleet, { writer, reader: broker.reader })
  await eventually('all chargers connected', () => fleet.stats().connected === DEVICES)
})

afterAll(async () => {
  await fleet.stop()
  await node.kill()
  await commanded.stop()
  await writer.close()
})

test('killed again and again with commands in flight, the newest command is on every device and on the log', async () => {
  for (let round = 1; round <= ROUNDS; round += 1) {
    await command(2 * round - 1)
    await eventually('commands in flight', () => commanded.isInFlight(2 * round - 1))
    await node.kill()
    await command(2 * round)
    node = await startNode(node.port)
    await eventually('every device settled', commanded.areSettled, 120_000)
  }
  for (const id of fleet.ids()) commanded.expectOneInEffect(id)
})

test('no device was told anything after its newest command was settled', () => {
  for (const [index, id] of fleet.ids().entries()) {
    const newest = commanded.acksOf(id).at(-1)
    expect([newest?.seq, newest?.status], id).toEqual([2 * ROUNDS, index % 3 === 0 ? 'released' : 'applied'])
  }
})

test('every connection but the last of each device is closed on the log, once', async () => {
  const records = await broker.readAll(deviceConnections)
  for (const id of fleet.ids()) {
    const of = records.filter(({ value }) => value?.deviceId === id)
    const opened = of.filter(({ value }) => value?.opened).map(({ offset }) => offset)
    const closed = of.filter(({ value }) => !value?.opened).map(({ value }) => value?.epoch)
    expect(opened.length, id).toBeGreaterThan(ROUNDS)
    expect([...closed].sort(), id).toEqual(opened.slice(0, -1).sort())
  }
})

test('no telemetry that a charger sent is missing', async () => {
  const throughMs = Date.now()
  const timesOf = async () => {
    const records = await broker.readAll(telemetryRaw.ocpp)
    const times = new Map<string, Set<number>>()
    for (const { value } of records) {
      const timestamp = /"timestamp":"([^"]+)"/.exec(value?.body.toString() ?? '')?.[1]
      if (value?.kind !== 'MeterValues' || timestamp === undefined || !value.deviceId.startsWith(prefix)) continue
      times.set(value.deviceId, (times.get(value.deviceId) ?? new Set()).add(Date.parse(timestamp)))
    }
    return times
  }
  const times = await eventually('telemetry of all chargers up to now', async () => {
    const found = await timesOf()
    return fleet.ids().every((id) => Math.max(...(found.get(id) ?? [0])) > throughMs) && found
  })
  for (const id of fleet.ids()) {
    const sorted = [...(times.get(id) ?? [])].sort((a, b) => a - b)
    const gaps = sorted.filter((timeMs, index) => index > 0 && timeMs - (sorted[index - 1] ?? 0) !== ALIGNED_S * 1000)
    expect(gaps, id).toEqual([])
  }
})
