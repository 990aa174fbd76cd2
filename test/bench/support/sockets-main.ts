/** A process that stations connect to: Drover's OCPP connector, or the least that could answer them, which reads nothing and records nothing. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { WebSocketServer } from 'ws'
import { startOcpp } from '../../../connectors/ocpp/role.ts'
import { realClock } from '../../../processors/runtime/clock.ts'
import { createLogReader } from '../../../processors/runtime/kafka/log-reader.ts'
import { createLogWriter } from '../../../processors/runtime/kafka/log-writer.ts'
import { createSchemas } from '../../../topics/registry.ts'
import { readMemory } from './memory.ts'
import type { SocketsOrders, Usage } from './sockets.ts'

const { brokers, registryUrl, what } = JSON.parse(process.argv[2] ?? '{}') as SocketsOrders
const log = (line: string): void => void process.stderr.write(`${line}\n`)

function usage(): Usage {
  const { user, system } = process.cpuUsage()
  return { ...readMemory(), cpuMs: (user + system) / 1_000 }
}

async function listenAsDrover(): Promise<number> {
  const schemas = createSchemas({ url: registryUrl })
  const { port } = await startOcpp({
    port: 0,
    node: 'bench-sockets',
    clock: realClock,
    writer: await createLogWriter({ brokers, schemas, clock: realClock, codeVersion: 'bench' }),
    reader: createLogReader({ brokers, schemas, name: 'drover.bench.sockets' }),
    authenticate: async () => 'accepted',
    log,
  })
  return port
}

async function listenBare(): Promise<number> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false, clientTracking: false })
  server.on('connection', (socket) => {
    socket.on('error', () => undefined)
    socket.on('message', (data) => {
      const [, uniqueId] = JSON.parse(data.toString()) as [number, string]
      socket.send(`[3,"${uniqueId}",{}]`)
    })
  })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

process.stdout.write(`${JSON.stringify({ port: await (what === 'ocpp' ? listenAsDrover() : listenBare()) })}\n`)
createInterface({ input: process.stdin })
  .on('line', () => process.stdout.write(`${JSON.stringify({ usage: usage() })}\n`))
  // It ends with whoever started it.
  .on('close', () => process.exit(1))
