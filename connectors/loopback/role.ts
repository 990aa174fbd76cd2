/** The loopback connector: the smallest whole connector, for devices on this machine; copy it to add a protocol. */
import type { AckStatus } from '../../schemas/dispatch.ts'
import { dispatchCommands, telemetryRaw } from '../../topics/catalogue.ts'
import { type ConnectorNode, type NodeOptions, startNode } from '../delivery/node.ts'
import { commandIdOf, createLoopbackPort, deliveredOf } from './port.ts'
import { type Hooks, type LoopbackServer, listen } from './server.ts'

export interface LoopbackOptions extends NodeOptions {
  /** 0 takes any free port. */
  readonly port: number
  readonly admit: Hooks['admit']
  readonly callTimeoutMs?: number
}

export interface RunningLoopback {
  readonly port: number
  /** Says that all connections are closed; the writer stays open. */
  stop(): Promise<void>
  stats(): { readonly connected: number; readonly acks: Readonly<Partial<Record<AckStatus, number>>> }
}

const topics = { protocol: 'loopback', commands: dispatchCommands.loopback, raw: telemetryRaw.loopback } as const

/** Resolves when devices can connect. */
export async function startLoopback(options: LoopbackOptions): Promise<RunningLoopback> {
  const { writer, port, callTimeoutMs = 10_000 } = options
  const parts: { server?: LoopbackServer } = {}
  const connector = await startNode(topics, options, (epochOf) =>
    createLoopbackPort({ server: () => serverOf(parts), epochOf, callTimeoutMs }),
  )
  const server = await listen(port, hooksOf(connector, options))
  parts.server = server
  return {
    port: server.port,
    stats: () => ({ connected: connector.edge.connected(), acks: connector.delivery.counts() }),
    async stop() {
      await connector.delivery.stop()
      await server.close()
      await writer.flush()
    },
  }
}

function serverOf({ server }: { server?: LoopbackServer }): LoopbackServer {
  if (!server) throw new Error('no device can be connected before the server listens')
  return server
}

function hooksOf({ edge, delivery, onError }: ConnectorNode, { admit, clock }: LoopbackOptions): Hooks {
  return {
    admit,
    async onOpen(deviceId) {
      const epoch = await edge.opened(deviceId)
      delivery.onReachable(deviceId)
      return epoch
    },
    onClose: (deviceId, epoch) => edge.closed(deviceId, epoch, 'the socket closed'),
    async onSaid(deviceId, { message, line, epoch }) {
      if ('energy' in message) {
        const body = { kind: 'energy', contentType: 'application/json', body: line, receivedMs: clock.nowMs(), epoch }
        return edge.telemetry(deviceId, body)
      }
      const command = await delivery.onOverridden(deviceId, message.override)
      if (command) await edge.leftEvents(command, message.override)
    },
    onUnreadable: (deviceId, { detail, place, line }) =>
      edge.refused(deviceId, { place, reason: 'unreadableBody', detail, body: line, receivedMs: clock.nowMs() }),
    onLateReply: (deviceId, reply) => delivery.onLateAnswer(deviceId, commandIdOf(reply.re), deliveredOf(reply)),
    onError,
  }
}
