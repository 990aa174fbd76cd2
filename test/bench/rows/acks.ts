/**
 * Acks: a signal to a fleet over real sockets, each charger answering after 100 ms.
 *
 * Measured: from a request on utility.requests through the production control and dispatch sub-topologies (one process) and the OCPP
 * connector (another) to simulated chargers (a third) that each hold a WebSocket open, and back, until the last ack is on device.acks:
 * `accepted` is the charger's word, `applied` a read-back of its schedule after 100 ms more. The figure is the last `applied`.
 * Each round is one event, taken back before the next; the median of the rounds counts.
 *
 * Not measured: HTTP at the gateway, outcomes. All chargers are online and behave; they share the machine with what is measured.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createLogReader } from '../../../processors/runtime/kafka/log-reader.ts'
import type { DeviceConnection } from '../../../schemas/devices.ts'
import type { AckStatus, DeviceAck } from '../../../schemas/dispatch.ts'
import type { DeviceAttributes } from '../../../schemas/enrollment.ts'
import { deviceAcks, deviceConnections } from '../../../topics/catalogue.ts'
import { traitsOf } from '../../fleet/traits.ts'
import { startOcppNode } from '../../integration/connectors/ocpp-node.ts'
import { attributesOf } from '../../integration/connectors/station-commands.ts'
import { eventually } from '../../support/eventually.ts'
import { type Fleet, fleetOf, recordProgram, seedStates, termsOf } from '../support/fleet.ts'
import { figureOf, median, type Row, rounded } from '../support/row.ts'
import { ask, cancellationOf, requestFor } from '../support/signals.ts'
import type { Stage } from '../support/stage.ts'
import { startWorker } from '../support/worker.ts'

const DEVICES = 5_000
const QUICK_DEVICES = 500
const GOAL_MS = 1_500
const ANSWER_MS = 100
const SEED = 1
const LIMIT_MS = 300_000
const FLEET = 'charger'

const attributesAt = (ids: readonly string[]) => {
  const known = new Map<string, DeviceAttributes>()
  return (index: number): DeviceAttributes => {
    const attributes = attributesOf(traitsOf(SEED, ids[index] ?? '', {}))
    const key = JSON.stringify(attributes)
    const alike = known.get(key) ?? attributes
    known.set(key, alike)
    return alike
  }
}

/** Follows the acks: how many devices were seen with a status for their n-th command, and when the last of them was. */
async function watchAcks({ brokers, schemas, onStop }: Stage) {
  const seen = new Map<string, { count: number; lastMs: number }>()
  const reader = createLogReader({ brokers, schemas, name: 'drover.bench' })
  const following = await reader.follow<DeviceAck>([deviceAcks], 'end', (records) => {
    for (const { value } of records) {
      const key = `${value?.status} ${value?.seq}`
      seen.set(key, { count: (seen.get(key)?.count ?? 0) + 1, lastMs: performance.now() })
    }
  })
  onStop(following.stop)
  await following.caughtUp
  return (status: AckStatus, seq: number, devices: number): Promise<number> =>
    eventually(
      `${status} of all ${devices} devices`,
      () => {
        const found = seen.get(`${status} ${seq}`)
        return found && found.count >= devices && found.lastMs
      },
      LIMIT_MS,
    )
}

async function startChargers(stage: Stage, fleet: Fleet, port: number): Promise<void> {
  const { brokers, schemas, onStop, log } = stage
  let connected = 0
  const reader = createLogReader({ brokers, schemas, name: 'drover.bench' })
  const following = await reader.follow<DeviceConnection>([deviceConnections], 'beginning', (records) => {
    for (const { value } of records) connected += value?.opened ? 1 : -1
  })
  onStop(following.stop)
  const script = fileURLToPath(new URL('../../fleet/run.ts', import.meta.url))
  const args = [
    '--url',
    `ws://127.0.0.1:${port}/ocpp`,
    '--devices',
    String(fleet.size),
    '--seed',
    String(SEED),
    '--answerMs',
    String(ANSWER_MS),
  ]
  const chargers = spawn(process.execPath, ['--import', 'tsx', script, ...args, '--prefix', `${FLEET}-`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  onStop(async () => {
    if (chargers.exitCode !== null || chargers.signalCode !== null) return
    chargers.kill('SIGKILL')
    await once(chargers, 'exit')
  })
  log(`${fleet.size} chargers connect`)
  await eventually('the chargers to connect', () => connected >= fleet.size, LIMIT_MS)
}

interface Round {
  readonly sentMs: number
  readonly acceptedMs: number
  readonly appliedMs: number
}

type LastOf = Awaited<ReturnType<typeof watchAcks>>

/** One event, from its request to the last ack, and its taking back. `seq` is that of the command that each charger gets. */
async function measureRound(stage: Stage, fleet: Fleet, lastOf: LastOf, seq: number): Promise<Round> {
  const request = requestFor(fleet, Math.floor(Date.now() / 1_000) * 1_000)
  const askedMs = performance.now()
  await ask(stage, request)
  const appliedMs = (await lastOf('applied', seq, fleet.size)) - askedMs
  const sentMs = (await lastOf('sent', seq, fleet.size)) - askedMs
  const acceptedMs = (await lastOf('accepted', seq, fleet.size)) - askedMs
  await ask(stage, cancellationOf(request))
  await lastOf('released', seq + 1, fleet.size)
  stage.log(`last sent ${Math.round(sentMs)} ms, last accepted ${Math.round(acceptedMs)} ms, last applied ${Math.round(appliedMs)} ms`)
  return { sentMs, acceptedMs, appliedMs }
}

/** Resolves when the whole fleet is enrolled, dispatched and connected. */
async function setUp(stage: Stage, fleet: Fleet): Promise<void> {
  const { brokers, registryUrl, devicePartitions } = stage
  const terms = termsOf()
  await seedStates(stage, fleet, terms, attributesAt(fleet.deviceIds))
  await recordProgram(stage, fleet, terms)
  const worker = startWorker(stage, { subTopologies: ['control', 'dispatch'] })
  const inputs = fleet.size + devicePartitions
  await eventually('dispatch to take the states and the program', () => worker.inputs('dispatch') >= inputs, LIMIT_MS)
  const node = await startOcppNode({ brokers, registryUrl, port: 0, node: 'bench', callTimeoutMs: 30_000 })
  stage.onStop(node.kill)
  await startChargers(stage, fleet, node.port)
}

export const acksRow: Row = {
  name: 'acks',
  about: `${DEVICES} chargers over real sockets: signal → last ack recorded`,
  stage: 'acks',
  async measure(stage, { quick }, report) {
    const size = quick ? QUICK_DEVICES : DEVICES
    // As the fleet writes its ids: without leading zeros.
    const fleet: Fleet = { ...fleetOf(size, FLEET), deviceIds: Array.from({ length: size }, (_, i) => `${FLEET}-${i}`) }
    await setUp(stage, fleet)
    const lastOf = await watchAcks(stage)
    const rounds: Round[] = []
    for (let i = 0; i < (quick ? 2 : 4); i++) rounds.push(await measureRound(stage, fleet, lastOf, 2 * i + 1))
    const warm = rounds.slice(1)
    report(
      figureOf({
        row: 'acks',
        figure: median(warm.map(({ appliedMs }) => appliedMs)),
        unit: 'ms, signal on utility.requests → last ack recorded (read back and applied)',
        better: 'lower',
        limit: 2 * ANSWER_MS,
        limitIs: `the chargers' own time: two answers of ${ANSWER_MS} ms each, with nothing in between`,
        goal: quick ? null : GOAL_MS,
        more: {
          devices: size,
          lastSentMs: rounded(median(warm.map(({ sentMs }) => sentMs))),
          lastAcceptedMs: rounded(median(warm.map(({ acceptedMs }) => acceptedMs))),
          rounds: rounds.map(({ appliedMs }) => Math.round(appliedMs)),
        },
      }),
    )
  },
}
