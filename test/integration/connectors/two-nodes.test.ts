/** Two connector nodes, each with half of the sockets: one is killed with -9, its chargers go to the other, and each ends with exactly one command in effect. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEFAULT_PROFILE_ID } from '../../../connectors/ocpp/limits/traits-of.ts'
import { realClock } from '../../../processors/runtime/clock.ts'
import type { Followed, Following, LogWriter } from '../../../processors/runtime/log.ts'
import type { DeviceConnection } from '../../../schemas/devices.ts'
import type { DeviceAck } from '../../../schemas/dispatch.ts'
import {
  deviceAcks,
  deviceConnections,
  devicePresence,
  dispatchCommands,
  enrollmentChanges,
  rejectedRecords,
  telemetryGaps,
  telemetryRaw,
} from '../../../topics/catalogue.ts'
import { createFleet, type Fleet } from '../../fleet/fleet.ts'
import { limitW as profileLimitW } from '../../fleet/ocpp/charging-profile.ts'
import { useBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { type OcppNode, startOcppNode } from './ocpp-node.ts'
import { createCommands } from './station-commands.ts'

const DEVICES = 200
const LONG_MS = 120_000

const broker = useBroker()
const prefix = broker.uniquePrefix()
const commandOf = createCommands()
const startMs = Math.floor(Date.now() / 1000) * 1000
const endMs = startMs + 3_600_000
const acks = new Map<string, DeviceAck[]>()
const connections: Followed<DeviceConnection>[] = []
/** What each device should have: a limit in W, or null for none. */
const wanted = new Map<string, { seq: number; limitW: number | null }>()
let writer: LogWriter
let followings: readonly Following[]
let first: OcppNode
let second: OcppNode
let fleet: Fleet
/** The first node is there for whoever belongs to it. */
let firstIsUp = true

const startNode = (name: string, port = 0): Promise<OcppNode> =>
  startOcppNode({ brokers: broker.brokers, registryUrl: broker.registryUrl, port, node: `${prefix}-${name}`, callTimeoutMs: 5_000 })

const belongsToFirst = (id: string): boolean => fleet.ids().indexOf(id) % 2 === 0
const acksOf = (id: string): readonly DeviceAck[] => acks.get(id) ?? []
const has = (id: string, seq: number, ...statuses: readonly DeviceAck['status'][]): boolean =>
  acksOf(id).some((ack) => ack.seq === seq && statuses.includes(ack.status))
const ours = (id: string) => fleet.profileOf(id).filter(({ profile }) => profile.chargingProfileId === DEFAULT_PROFILE_ID)

async function command(seq: number, limitOf: (index: number) => number | null, of: (id: string) => boolean = () => true): Promise<void> {
  await Promise.all(
    fleet.ids().map((id, index) => {
      if (!of(id)) return undefined
      const limitW = limitOf(index)
      wanted.set(id, { seq, limitW })
      return writer.append(dispatchCommands.ocpp, commandOf(fleet.traitsOf(id), { seq, limitW, startMs, endMs }))
    }),
  )
}

const settled = (id: string): boolean => {
  const { seq = 0, limitW = null } = wanted.get(id) ?? {}
  return has(id, seq, limitW === null ? 'released' : 'applied')
}

function expectOneInEffect(id: string): void {
  const { limitW = null, seq = 0 } = wanted.get(id) ?? {}
  expect(ours(id).length, id).toBe(limitW === null ? 0 : 1)
  expect(acksOf(id).at(-1), id).toMatchObject({ seq, status: limitW === null ? 'released' : 'applied' })
  if (limitW === null) return
  const { ratedW, standingLimitW = ratedW, voltageV, phases } = fleet.traitsOf(id)
  const askedW = Math.min(limitW, standingLimitW)
  const heldW = profileLimitW(ours(id), Date.now(), voltageV)
  // A limit in A is rounded down to a tenth on each phase.
  expect(heldW, id).toBeLessThanOrEqual(askedW)
  expect(heldW, id).toBeGreaterThan(askedW - 0.1 * voltageV * phases)
}

beforeAll(async () => {
  await broker.provision([
    dispatchCommands.ocpp,
    deviceAcks,
    deviceConnections,
    devicePresence,
    telemetryRaw.ocpp,
    telemetryGaps,
    rejectedRecords,
    enrollmentChanges,
  ])
  writer = await broker.openWriter()
  followings = [
    await broker.reader.follow<DeviceAck>([deviceAcks], 'end', (records) => {
      for (const { value } of records) if (value?.deviceId.startsWith(prefix)) acks.set(value.deviceId, [...acksOf(value.deviceId), value])
    }),
    await broker.reader.follow<DeviceConnection>([deviceConnections], 'end', (records) => {
      for (const record of records) if (record.value?.deviceId.startsWith(prefix)) connections.push(record)
    }),
  ]
  await Promise.all(followings.map(({ caughtUp }) => caughtUp))
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
  await eventually('all chargers connected', () => fleet.stats().connected === DEVICES, LONG_MS)
})

afterAll(async () => {
  await fleet.stop()
  await Promise.all([first.kill(), second.kill()])
  await Promise.all(followings.map(({ stop }) => stop()))
  await writer.close()
})

test('each node holds half of the sockets, and carries the commands of those', async () => {
  await command(1, () => 5_000)
  await eventually('every device settled', () => fleet.ids().every(settled), LONG_MS)
  for (const id of fleet.ids()) {
    expectOneInEffect(id)
    const node = `ocpp@${prefix}-${belongsToFirst(id) ? 'first' : 'second'}`
    expect(new Set(acksOf(id).map((ack) => ack.node)), id).toEqual(new Set([node]))
  }
})

test('one killed with commands in flight: its chargers go to the other, and each has exactly one command in effect', async () => {
  await command(2, () => 4_000)
  await eventually('commands in flight', () => {
    const sent = fleet.ids().filter((id) => belongsToFirst(id) && has(id, 2, 'sent')).length
    const answered = fleet.ids().filter((id) => belongsToFirst(id) && has(id, 2, 'accepted')).length
    return sent > answered
  })
  firstIsUp = false
  await first.kill()
  // While half of the fleet is on its way, some of it is released and some limited anew.
  await command(
    3,
    (index) => (index % 3 === 0 ? null : 3_000),
    (id) => fleet.ids().indexOf(id) % 5 !== 0,
  )
  await eventually('every device settled', () => fleet.ids().every(settled), LONG_MS)
  for (const id of fleet.ids()) {
    expectOneInEffect(id)
    expect(acksOf(id).at(-1)?.node, id).toBe(`ocpp@${prefix}-second`)
  }
})

test('the dead node, when it is back, takes nothing from the living one', async () => {
  first = await startNode('first')
  await command(4, () => 2_500)
  await eventually('every device settled', () => fleet.ids().every(settled), LONG_MS)
  for (const id of fleet.ids()) {
    expectOneInEffect(id)
    expect(acksOf(id).at(-1)?.node, id).toBe(`ocpp@${prefix}-second`)
    // Its own connection is over since the other one opened; none of the other's was closed in its name.
    const newest = connections.filter(({ value }) => value?.deviceId === id && value.opened).at(-1)
    expect(newest?.value?.node, id).toBe(`ocpp@${prefix}-second`)
    expect(
      connections.some(({ value }) => value?.deviceId === id && !value.opened && value.epoch === newest?.offset),
      id,
    ).toBe(false)
  }
})
