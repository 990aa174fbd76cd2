/** The connector killed with -9 while commands are in flight: afterwards every device has exactly the newest, and the acks say so. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEFAULT_PROFILE_ID } from '../../../connectors/ocpp/limits/traits-of.ts'
import { realClock } from '../../../processors/runtime/clock.ts'
import type { Followed, Following, LogWriter } from '../../../processors/runtime/log.ts'
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
const ALIGNED_S = 2
const ROUNDS = 2

const broker = useBroker()
const prefix = broker.uniquePrefix()
const commandOf = createCommands()
const startMs = Math.floor(Date.now() / 1000) * 1000
const endMs = startMs + 3_600_000
const acks = new Map<string, DeviceAck[]>()
/** What each device should have: a limit in W, or null for none. */
const wanted = new Map<string, { seq: number; limitW: number | null }>()
let writer: LogWriter
let following: Following
let node: OcppNode
let fleet: Fleet

const startNode = (port: number): Promise<OcppNode> =>
  startOcppNode({ brokers: broker.brokers, registryUrl: broker.registryUrl, port, node: prefix, callTimeoutMs: 5_000 })

const acksOf = (id: string): readonly DeviceAck[] => acks.get(id) ?? []
const has = (id: string, seq: number, ...statuses: readonly DeviceAck['status'][]): boolean =>
  acksOf(id).some((ack) => ack.seq === seq && statuses.includes(ack.status))

function note(records: readonly Followed<DeviceAck>[]): void {
  for (const { value } of records) if (value?.deviceId.startsWith(prefix)) acks.set(value.deviceId, [...acksOf(value.deviceId), value])
}

/** Every third device is released in every second round, the others are limited anew. */
async function command(seq: number): Promise<void> {
  await Promise.all(
    fleet.ids().map((id, index) => {
      const limitW = seq % 2 === 0 && index % 3 === 0 ? null : 1_000 * seq
      wanted.set(id, { seq, limitW })
      return writer.append(dispatchCommands.ocpp, commandOf(fleet.traitsOf(id), { seq, limitW, startMs, endMs }))
    }),
  )
}

const settled = (id: string): boolean => {
  const { seq = 0, limitW = null } = wanted.get(id) ?? {}
  return has(id, seq, limitW === null ? 'released' : 'applied')
}

const ours = (id: string) => fleet.profileOf(id).filter(({ profile }) => profile.chargingProfileId === DEFAULT_PROFILE_ID)

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
  following = await broker.reader.follow([deviceAcks], 'end', note)
  await following.caughtUp
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
  await eventually('all chargers connected', () => fleet.stats().connected === DEVICES)
})

afterAll(async () => {
  await fleet.stop()
  await node.kill()
  await following.stop()
  await writer.close()
})

test('killed again and again with commands in flight, the newest command is on every device and on the log', async () => {
  for (let round = 1; round <= ROUNDS; round += 1) {
    await command(2 * round - 1)
    await eventually('commands in flight', () => {
      const answered = fleet.ids().filter((id) => has(id, 2 * round - 1, 'accepted', 'released')).length
      const sent = fleet.ids().filter((id) => has(id, 2 * round - 1, 'sent')).length
      return sent > answered
    })
    await node.kill()
    await command(2 * round)
    node = await startNode(node.port)
    await eventually('every device settled', () => fleet.ids().every(settled), 120_000)
  }
  for (const id of fleet.ids()) {
    const { limitW } = wanted.get(id) ?? { limitW: null }
    expect(ours(id).length, id).toBe(limitW === null ? 0 : 1)
    const { ratedW, standingLimitW = ratedW, voltageV, phases } = fleet.traitsOf(id)
    if (limitW === null) continue
    const askedW = Math.min(limitW, standingLimitW)
    const heldW = profileLimitW(ours(id), Date.now(), voltageV)
    // A limit in A is rounded down to a tenth on each phase.
    expect(heldW, id).toBeLessThanOrEqual(askedW)
    expect(heldW, id).toBeGreaterThan(askedW - 0.1 * voltageV * phases)
  }
})

test('no device was told anything after its newest command was settled', () => {
  for (const id of fleet.ids()) {
    const newest = acksOf(id).at(-1)
    expect([newest?.seq, newest?.status], id).toEqual([2 * ROUNDS, wanted.get(id)?.limitW === null ? 'released' : 'applied'])
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
