/** A process with stations of OCPP 1.6, each with one socket: they connect, wait to be told, and then send MeterValues, the next once the last is answered. */
import { createInterface } from 'node:readline'
import WebSocket from 'ws'
import { fleetOf } from './fleet.ts'
import type { StationsOrders, StationsReport } from './stations.ts'

const CONNECTING = 200
const MINUTE_MS = 60_000
const DRAWN_WH = 100

const { url, fleet, size } = JSON.parse(process.argv[2] ?? '{}') as StationsOrders
const report = (line: StationsReport): void => void process.stdout.write(`${JSON.stringify(line)}\n`)
const sockets: WebSocket[] = []

/** Resolves once a Heartbeat is answered: then the connection is recorded. */
async function connect(id: string): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${id}:password`).toString('base64')}`
  const socket = new WebSocket(`${url}/${id}`, ['ocpp1.6'], { perMessageDeflate: false, headers: { authorization } })
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`the connection of ${id} was closed`)))
    socket.once('open', () => socket.send('[2,"opened","Heartbeat",{}]'))
    socket.once('message', () => resolve())
  })
  socket.on('close', () => report({ event: 'lost' }))
  sockets.push(socket)
}

async function connectAll(): Promise<void> {
  const waiting = fleetOf(size, fleet).deviceIds.values()
  const worker = async (): Promise<void> => {
    for (const id of waiting) await connect(id)
  }
  await Promise.all(Array.from({ length: CONNECTING }, worker))
}

/** A register that has a minute's energy more each time; the last value is of `untilMs`. */
function frameOf(nth: number, { count, untilMs }: { count: number; untilMs: number }): string {
  const timestamp = new Date(untilMs - (count - 1 - nth) * MINUTE_MS).toISOString()
  const value = String(1_000_000 + nth * DRAWN_WH)
  const sampled = { value, context: 'Sample.Periodic', measurand: 'Energy.Active.Import.Register', unit: 'Wh', location: 'Outlet' }
  return JSON.stringify([2, String(nth), 'MeterValues', { connectorId: 1, meterValue: [{ timestamp, sampledValue: [sampled] }] }])
}

/** Rejects where a value is refused. */
function sendAll(socket: WebSocket, frames: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let next = 0
    const send = (): void => {
      const frame = frames[next++]
      if (frame !== undefined) socket.send(frame)
      else end()
    }
    const end = (): void => {
      socket.off('message', onAnswer)
      resolve()
    }
    const onAnswer = (data: WebSocket.RawData): void => {
      const text = data.toString()
      if (text.startsWith('[4')) reject(new Error(text))
      else if (text.startsWith('[3')) send()
    }
    socket.on('message', onAnswer)
    send()
  })
}

await connectAll()
report({ event: 'connected' })
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const told = JSON.parse(line) as { count: number; untilMs: number }
    const frames = Array.from({ length: told.count }, (_, nth) => frameOf(nth, told))
    void Promise.all(sockets.map((socket) => sendAll(socket, frames))).then(() => report({ event: 'answered' }))
  })
  .on('close', () => process.exit(1))
