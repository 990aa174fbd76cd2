/** Starts an OCPP connector node in a process of its own, to be killed. */
import { type NodeProcess, startNodeProcess } from './node-process.ts'

export interface NodeOrders {
  readonly brokers: string
  readonly registryUrl: string
  /** 0 takes any free port. */
  readonly port: number
  readonly node: string
  readonly callTimeoutMs: number
}

export interface OcppNode extends NodeProcess {
  readonly port: number
}

/** Resolves when stations can connect. */
export async function startOcppNode(orders: NodeOrders): Promise<OcppNode> {
  const node = await startNodeProcess(new URL('./ocpp-node-main.ts', import.meta.url), orders)
  return { ...node, port: (JSON.parse(node.said) as { port: number }).port }
}
