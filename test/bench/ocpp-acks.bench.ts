/**
 * Measures a signal to a whole fleet over real sockets: commands on the log → connector → chargers that each answer after 100 ms → the
 * last ack on the log. `npx tsx test/bench/ocpp-acks.bench.ts [devices]` starts a broker, the connector and the fleet, each in a process
 * of its own, and prints one JSON line per figure.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startInfrastructure } from '../../deploy/local/infrastructure.ts'
import { realClock } from '../../processors/runtime/clock.ts'
import { createLogReader } from '../../processors/runtime/kafka/log-reader.ts'
import { createLogWriter } from '../../processors/runtime/kafka/log-writer.ts'
import type { DeviceConnection } from '../../schemas/devices.ts'
import type { AckStatus, DeviceAck } from '../../schemas/dispatch.ts'
import * as topics from '../../topics/catalogue.ts'
import { provision } from '../../topics/provision/provision.ts'
import { createSchemas } from '../../topics/registry.ts'
import { traitsOf } from '../fleet/traits.ts'
import { startOcppNode } from '../integration/connectors/ocpp-node.ts'
import { createCommands } from '../integration/connectors/station-commands.ts'
import { eventually } from '../support/eventually.ts'

const devices = Number(process.argv[2] ?? 5_000)
const ROUNDS = 4
const SEED = 1
const ANSWER_MS = 100

const report = (figure: string, value: number, unit: string): void =>
  console.log(JSON.stringify({ figure, devices, value: Math.round(value * 10) / 10, unit }))

const dataDir = mkdtempSync(join(tmpdir(), 'drover-bench-'))
const infrastructure = await startInfrastructure({ dataDir, env: process.env, log: (line) => console.error(line) })
const { brokers, registryUrl } = infrastructure
const schemas = createSchemas({ url: registryUrl })
const used = [
  topics.dispatchCommands.ocpp,
  topics.deviceAcks,
  topics.deviceConnections,
  topics.devicePresence,
  topics.telemetryRaw.ocpp,
  topics.rejectedRecords,
  topics.enrollmentChanges,
]
await provision({ brokers, topics: used, devicePartitions: null }, schemas)
const writer = await createLogWriter({ brokers, schemas, clock: realClock, codeVersion: 'bench' })
const reader = createLogReader({ brokers, schemas, name: 'drover.bench' })

const acked = new Map<string, { count: number; lastMs: number }>()
const acks = await reader.follow<DeviceAck>([topics.deviceAcks], 'end', (records) => {
  for (const { value } of records) {
    const key = `${value?.status} ${value?.seq}`
    acked.set(key, { count: (acked.get(key)?.count ?? 0) + 1, lastMs: performance.now() })
  }
})
let connected = 0
const connections = await reader.follow<DeviceConnection>([topics.deviceConnections], 'end', (records) => {
  for (const { value } of records) connected += value?.opened ? 1 : -1
})
await Promise.all([acks.caughtUp, connections.caughtUp])

const node = await startOcppNode({ brokers, registryUrl, port: 0, node: 'bench', callTimeoutMs: 30_000 })
const script = fileURLToPath(new URL('../fleet/run.ts', import.meta.url))
const url = `ws://127.0.0.1:${node.port}/ocpp`
const args = ['--url', url, '--devices', String(devices), '--seed', String(SEED), '--answerMs', String(ANSWER_MS)]
const fleet = spawn(process.execPath, ['--import', 'tsx', script, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
const connectingMs = performance.now()
await eventually('the fleet connected', () => connected === devices, 300_000)
report('all connected, each opening on the log', performance.now() - connectingMs, 'ms')

const commandOf = createCommands()
const traits = Array.from({ length: devices }, (_, index) => traitsOf(SEED, `charger-${index}`, {}))

async function signal(seq: number): Promise<void> {
  const startMs = Date.now()
  const commands = traits.map((one) => commandOf(one, { seq, limitW: 1_000 * seq, startMs, endMs: startMs + 3_600_000 }))
  const signalMs = performance.now()
  await Promise.all(commands.map((command) => writer.append(topics.dispatchCommands.ocpp, command)))
  report('commands durable', performance.now() - signalMs, 'ms')
  const until = async (status: AckStatus, figure: string): Promise<void> => {
    const key = `${status} ${seq}`
    const last = await eventually(figure, () => acked.get(key)?.count === devices && acked.get(key))
    report(figure, last.lastMs - signalMs, 'ms')
  }
  await until('sent', 'signal to last sent on the log')
  await until('accepted', `signal to last accepted on the log, each after ${ANSWER_MS} ms`)
  await until('applied', `signal to last applied on the log, each read back after ${ANSWER_MS} ms more`)
}

for (let seq = 1; seq <= ROUNDS; seq += 1) await signal(seq)

fleet.kill('SIGTERM')
await once(fleet, 'exit')
await node.kill()
await Promise.all([acks.stop(), connections.stop()])
await writer.close()
await infrastructure.stop()
rmSync(dataDir, { recursive: true, force: true })
