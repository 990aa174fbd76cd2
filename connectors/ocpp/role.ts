/** The OCPP connector: stations connect to it, get their commands from the log, and what they say goes to the log. */
import type { AckStatus } from '../../schemas/dispatch.ts'
import { dispatchCommands, telemetryRaw } from '../../topics/catalogue.ts'
import type { Edge } from '../delivery/edge.ts'
import { type ConnectorNode, type NodeOptions, startNode } from '../delivery/node.ts'
import { deliveredOf } from './delivered.ts'
import type { Hooks, Received, Refused } from './server/hooks.ts'
import { createOcppServer, type OcppServer, type OcppServerOptions } from './server/server.ts'
import { commandIdOf, createStationPort } from './station-port.ts'
import { contentTypes } from './telemetry-decoder.ts'

export interface OcppOptions extends NodeOptions, Readonly<Omit<OcppServerOptions, 'hooks' | 'clock'>> {}

export interface OcppStats {
  readonly connected: number
  /** Acks written since the start, by status. */
  readonly acks: Readonly<Partial<Record<AckStatus, number>>>
}

export interface RunningOcpp {
  /** Stations add their percent-encoded id: `ws://127.0.0.1:9000/ocpp/CP-1`. */
  readonly url: string
  readonly port: number
  /** Says that all connections are closed; the writer stays open. */
  stop(): Promise<void>
  stats(): OcppStats
}

const topics = { protocol: 'ocpp', commands: dispatchCommands.ocpp, raw: telemetryRaw.ocpp } as const

/** Resolves when stations can connect: the past is known, and what this node left open is closed. */
export async function startOcpp(options: OcppOptions): Promise<RunningOcpp> {
  const { writer, reader, node, log, host = '127.0.0.1', clock, ...serving } = options
  const parts: { server?: OcppServer } = {}
  const connector = await startNode(topics, { writer, reader, clock, node, log }, (epochOf) =>
    createStationPort({ server: () => serverOf(parts), epochOf, clock }),
  )
  const server = await createOcppServer({ ...serving, host, clock, hooks: hooksOf(connector) })
  parts.server = server
  return {
    url: `ws://${host}:${server.port}/ocpp`,
    port: server.port,
    stats: () => ({ connected: connector.edge.connected(), acks: connector.delivery.counts() }),
    async stop() {
      await connector.delivery.stop()
      await server.close()
      await writer.flush()
    },
  }
}

function serverOf({ server }: { server?: OcppServer }): OcppServer {
  if (!server) throw new Error('no station can be connected before the server listens')
  return server
}

function hooksOf({ edge, delivery, onError }: ConnectorNode): Hooks {
  return {
    async onOpen(id) {
      const epoch = await edge.opened(id)
      delivery.onReachable(id)
      return epoch
    },
    onClose: (id, epoch, reason) => edge.closed(id, epoch, reason),
    onMessage: (id, received) => onMessage(id, received, { edge, delivery, onError }),
    onRefused: (id, refused) => edge.refused(id, unreadableOf(refused)),
    onLateAnswer: (id, { outcome }) => delivery.onLateAnswer(id, commandIdOf(outcome.uniqueId), deliveredOf(outcome)),
    onError,
  }
}

async function onMessage(id: string, received: Received, { edge, delivery }: ConnectorNode): Promise<void> {
  const { heard, version, rawFrame, receivedMs, epoch } = received
  const { action, meaning } = heard
  switch (meaning.kind) {
    case 'meterData': {
      const body = Buffer.from(rawFrame)
      return edge.telemetry(id, { kind: action, contentType: contentTypes[version], body, receivedMs, epoch })
    }
    case 'overridden': {
      const command = await delivery.onOverridden(id, meaning.reason)
      if (command) await edge.leftEvents(command, meaning.reason)
      return
    }
    case 'booted':
    case 'securityEvent':
    case 'profilesReported':
    case 'none':
      return
  }
}

function unreadableOf({ rawFrame, code, description, path, receivedMs }: Refused): Parameters<Edge['refused']>[1] {
  const reason = code === 'FormationViolation' || code === 'ProtocolError' ? 'unreadableBody' : 'invalidValue'
  return { place: path, reason, detail: `${code}: ${description}`, body: Buffer.from(rawFrame), receivedMs }
}
