/** A small MQTT 3.1.1 broker for tests: takes connections and subscriptions, and gives out what the test publishes. */

import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import mqttPacket, { type Packet } from 'mqtt-packet'

export interface Broker {
  readonly url: string
  publish(topic: string, message: string): void
  /** User names and passwords that clients came with. */
  logins(): readonly string[]
  topics(): readonly string[]
  /** Breaks every connection off. */
  dropAll(): void
  stop(): Promise<void>
}

interface Guest {
  readonly socket: Socket
  readonly topics: Set<string>
}

export async function startBroker(): Promise<Broker> {
  const guests = new Set<Guest>()
  const logins: string[] = []

  function answer(guest: Guest, packet: Packet): void {
    const send = (reply: Packet): void => void guest.socket.write(mqttPacket.generate(reply))
    if (packet.cmd === 'connect') {
      logins.push(`${packet.username ?? ''}:${packet.password?.toString() ?? ''}`)
      send({ cmd: 'connack', returnCode: 0, sessionPresent: false })
    }
    if (packet.cmd === 'subscribe') {
      for (const { topic } of packet.subscriptions) guest.topics.add(topic)
      send({ cmd: 'suback', messageId: packet.messageId ?? 0, granted: packet.subscriptions.map(() => 0) })
    }
    if (packet.cmd === 'pingreq') send({ cmd: 'pingresp' })
  }

  const server = createServer((socket) => {
    const guest = { socket, topics: new Set<string>() }
    guests.add(guest)
    const parser = mqttPacket.parser({ protocolVersion: 4 })
    parser.on('packet', (packet: Packet) => answer(guest, packet))
    socket.on('data', (data) => parser.parse(data))
    socket.on('close', () => guests.delete(guest))
    socket.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const dropAll = (): void => {
    for (const { socket } of guests) socket.destroy()
  }
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    publish(topic, message) {
      const packet: Packet = { cmd: 'publish', topic, payload: message, qos: 0, dup: false, retain: false }
      for (const { socket, topics } of guests) if (topics.has(topic)) socket.write(mqttPacket.generate(packet))
    },
    logins: () => logins,
    topics: () => [...guests].flatMap(({ topics }) => [...topics]),
    dropAll,
    stop() {
      dropAll()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
