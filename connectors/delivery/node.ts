/** The part of a connector that is the same for every protocol that holds connections: what it writes down, and what it delivers. */
import type { Clock } from '../../processors/runtime/clock.ts'
import type { LogReader, LogWriter } from '../../processors/runtime/log.ts'
import type { Protocol } from '../../schemas/common.ts'
import type { Command } from '../../schemas/dispatch.ts'
import type { RawTelemetry } from '../../schemas/telemetry.ts'
import type { Topic } from '../../topics/define.ts'
import { startBackfill } from './backfill.ts'
import { type Delivery, startDelivery } from './delivery.ts'
import type { DevicePort } from './device-port.ts'
import { createEdge, type Edge } from './edge.ts'
import { findLeftOpen } from './left-open.ts'

/** What every role of a connector is given. */
export interface NodeOptions {
  readonly writer: LogWriter
  readonly reader: LogReader
  readonly clock: Clock
  /** Name of this process; no two that run at once may share one. On the log it stands after the protocol: `ocpp@edge-1`. */
  readonly node: string
  readonly log: (line: string) => void
}

export interface ProtocolTopics {
  readonly protocol: Protocol
  readonly commands: Topic<Command>
  readonly raw: Topic<RawTelemetry>
}

export interface ConnectorNode {
  readonly edge: Edge
  readonly delivery: Delivery
  readonly onError: (deviceId: string, error: unknown) => void
}

/** Resolves when devices may connect: the past is known, and what this node left open is closed. */
export async function startNode(
  topics: ProtocolTopics,
  options: NodeOptions,
  portOf: (epochOf: DevicePort['epochOf']) => DevicePort,
): Promise<ConnectorNode> {
  const { writer, reader, clock, log } = options
  const { protocol, commands, raw } = topics
  const node = `${protocol}@${options.node}`
  const onError = (deviceId: string, error: unknown): void =>
    log(`${protocol} ${deviceId}: ${error instanceof Error ? error.message : String(error)}`)
  const edge = createEdge({ protocol, raw, writer, clock, node })
  const leftOpen = await findLeftOpen(reader, node, clock.nowMs())
  await Promise.all([...leftOpen].map(([deviceId, epoch]) => edge.closed(deviceId, epoch, 'the node stopped without closing it')))
  const port = portOf(edge.epochOf)
  const delivery = await startDelivery({ commands, port, writer, reader, clock, node, onError })
  return { edge, delivery: await withBackfill(delivery, port, { reader, clock, onError }), onError }
}

/** A device that becomes reachable is also asked for what it did not tell, where its protocol can be asked. */
async function withBackfill(
  delivery: Delivery,
  port: DevicePort,
  parts: { readonly reader: LogReader; readonly clock: Clock; readonly onError: ConnectorNode['onError'] },
): Promise<Delivery> {
  const { backfill, epochOf } = port
  if (!backfill) return delivery
  const asking = await startBackfill({ ...parts, epochOf, backfill: (missing) => backfill.call(port, missing) })
  return {
    ...delivery,
    onReachable: (deviceId) => {
      delivery.onReachable(deviceId)
      asking.onReachable(deviceId)
    },
    stop: async () => {
      await Promise.all([delivery.stop(), asking.stop()])
    },
  }
}
