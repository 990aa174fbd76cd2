/** The role `sep2` killed with -9 while commands are in flight: its clients come back by themselves, and each ends with the one control that it was told last. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { certify, ensureSep2Settings } from '../../../gateway/sep2/local-authority.ts'
import { createClock } from '../../../processors/runtime/clock.ts'
import { createLogWriter } from '../../../processors/runtime/kafka/log-writer.ts'
import type { LogWriter } from '../../../processors/runtime/log.ts'
import type { DeviceAck } from '../../../schemas/dispatch.ts'
import type { DeviceState } from '../../../schemas/enrollment.ts'
import { deviceConnections, enrollmentState, programsView, telemetryRaw } from '../../../topics/catalogue.ts'
import { aProgram } from '../../build/terms.ts'
import { stateOf } from '../../connectors/sep2/rig.ts'
import { createSep2Fleet, type Fleet } from '../../fleet/sep2/fleet.ts'
import { readingOf } from '../../fleet/sep2/read-told.ts'
import { extraOf } from '../../fleet/sep2/traits.ts'
import { toldOf } from '../../fleet/told.ts'
import { useBroker } from '../../support/broker.ts'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/free-port.ts'
import { commandDers, controlOf } from './commanded-ders.ts'
import { type CommandedFleet, nodeTopics } from './commanded-fleet.ts'
import type { NodeProcess } from './node-process.ts'
import { startSep2Node } from './sep2-node.ts'

const DEVICES = 40
const POLL_S = 10
const POST_S = 60
/** Yesterday at six in the evening, when the load model's devices are at work; so that a poll period passes in a second. */
const DAY_MS = 86_400_000
const facts = { epochMs: (Math.floor(Date.now() / DAY_MS) - 0.25) * DAY_MS, realEpochMs: Date.now(), rate: 10 }
const clock = createClock(facts)

const broker = useBroker()
const prefix = broker.uniquePrefix()
const ids = Array.from({ length: DEVICES }, (_, index) => `${prefix}-${index}`)
const states = new Map<string, DeviceState>()
const folder = mkdtempSync(join(tmpdir(), 'sep2-'))
const settingsFile = join(folder, 'settings.json')
let writer: LogWriter
let startNode: () => Promise<NodeProcess>
let node: NodeProcess
let fleet: Fleet
let commanded: CommandedFleet

function requiredState(id: string): DeviceState {
  const state = states.get(id)
  if (!state) throw new RangeError(`${id} is not enrolled`)
  return state
}

/** As the product certifies devices. */
async function certificates() {
  await ensureSep2Settings(settingsFile, ['127.0.0.1'])
  const issued = new Map<string, { cert: string; key: string; lfdi: string }>()
  let ca = ''
  for (const id of ids) {
    const { certFile, keyFile, caFile, lfdi } = await certify(settingsFile, id, folder)
    issued.set(id, { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8'), lfdi })
    ca = readFileSync(caFile, 'utf8')
  }
  const certificateOf = async (id: string) => {
    const found = issued.get(id)
    if (!found) throw new RangeError(`${id} has no certificate`)
    return found
  }
  return { ca, certificateOf }
}

async function enroll(certificateOf: (id: string) => Promise<{ readonly lfdi: string }>): Promise<void> {
  const program = aProgram(prefix)
  await writer.append(programsView, program)
  for (const id of ids) {
    const traits = fleet.traitsOf(id)
    const extra = { ...extraOf(traits, (await certificateOf(id)).lfdi), pollRateS: String(POLL_S) }
    const state = stateOf({ deviceId: id, extra, attributes: { ratedW: traits.ratedW }, programs: [program] })
    states.set(id, state)
    await writer.append(enrollmentState, state)
  }
}

beforeAll(async () => {
  await broker.provision([...nodeTopics('sep2'), enrollmentState, programsView])
  writer = await createLogWriter({ brokers: broker.brokers, schemas: broker.schemas, clock, codeVersion: 'test' })
  const { ca, certificateOf } = await certificates()
  const url = `https://127.0.0.1:${await freePort()}`
  fleet = createSep2Fleet({
    devices: DEVICES,
    seed: 3,
    url,
    ca,
    certificateOf,
    clock,
    idOf: (index) => ids[index] ?? '',
    // None that says what it does not do: of those the log could only hold what they say.
    mix: { rejects: 0.1, notSupported: 0.1, late: 0.2, doubles: 0.3, batches: 0.2 },
    postS: POST_S,
  })
  await enroll(certificateOf)
  startNode = () =>
    startSep2Node({ brokers: broker.brokers, registryUrl: broker.registryUrl, node: prefix, url, settingsFile, clock: facts })
  node = await startNode()
  fleet.start()
  commanded = await commandDers(fleet, { writer, reader: broker.reader }, { clock, stateOf: requiredState, programId: prefix })
})

afterAll(async () => {
  await fleet.stop()
  await node.kill()
  await commanded.stop()
  await writer.close()
  rmSync(folder, { recursive: true })
})

const untilSettled = () =>
  eventually('every device settled', commanded.areSettled, 60_000).catch((error: Error) => {
    const open = commanded.unsettled().map((id) => `${id} ${fleet.traitsOf(id).answering}: ${trail(id)}`)
    throw new Error(`${error.message}\n${open.join('\n')}\n${JSON.stringify(fleet.stats())}`)
  })
const trail = (id: string): string =>
  commanded
    .acksOf(id)
    .map(({ seq, status }) => `${status} ${seq}`)
    .join(', ')

test('killed with commands in flight, and told anew while it is dead: each client has exactly one control, its newest', async () => {
  await commanded.command(1, () => 6_000)
  await untilSettled()
  for (const id of ids) commanded.expectOneInEffect(id)

  await commanded.command(2, () => 5_000)
  await eventually('commands in flight', () => commanded.isInFlight(2))
  await node.kill()
  // Of what was in flight a third is released, a third told anew, and a third left.
  await commanded.command(3, (index) => [null, 4_000, undefined][index % 3])
  node = await startNode()
  await untilSettled()
  for (const id of ids) commanded.expectOneInEffect(id)
})

test('no command is acked as something that its client did not do', () => {
  const words: Readonly<Partial<Record<DeviceAck['status'], number>>> = { accepted: 1, applied: 2, rejected: 253, notSupported: 252 }
  const kinds = new Set<string>()
  for (const id of ids) {
    const said = fleet.saidBy(id)
    for (const { seq, status } of commanded.acksOf(id).filter((ack) => words[ack.status] !== undefined)) {
      const replies = said.filter(({ mRID }) => mRID === controlOf(id, seq)).map((reply) => reply.status)
      expect(replies, `${id} ${status} ${seq}`).toContain(words[status])
      kinds.add(status)
    }
  }
  expect([...kinds].sort()).toEqual(['accepted', 'applied', 'notSupported', 'rejected'])
})

test('every connection that the dead process left is closed on the log, once', async () => {
  const records = await broker.readAll(deviceConnections)
  for (const id of ids) {
    const of = records.filter(({ value }) => value?.deviceId === id)
    const opened = of.filter(({ value }) => value?.opened).map(({ offset }) => offset)
    const closed = of.filter(({ value }) => !value?.opened).map(({ value }) => value?.epoch)
    expect(opened.length, id).toBeGreaterThan(1)
    // The last one too where its client is so slow that it counts as gone.
    expect([opened.slice(0, -1), opened], id).toContainEqual(closed)
  }
})

test('every interval that a client told is on the log, once in effect, and adds up to its meter', async () => {
  // A register makes an energy with the one after it, and the first of them is told of at the end of a whole interval.
  const throughMs = clock.nowMs() + 2 * POST_S * 1_000
  await eventually('all have told so far', () => ids.every((id) => fleet.toldMs(id) > throughMs), 120_000)
  await fleet.stop()
  const records = await broker.readAll(telemetryRaw.sep2)
  let movedWh = 0
  for (const id of ids) {
    const raws = records.flatMap(({ value }) => (value?.deviceId === id ? [value] : []))
    const told = toldOf(raws, readingOf(fleet.traitsOf(id)), fleet.toldMs(id))
    expect([id, told.faults, told.netWh]).toEqual([id, [], fleet.meterWh(id, told.fromMs, told.untilMs)])
    expect(told.fromMs, id).toBeLessThan(throughMs)
    movedWh += Math.abs(told.netWh)
  }
  expect(movedWh).toBeGreaterThan(0)
  expect(fleet.stats().doubled).toBeGreaterThan(0)
})
