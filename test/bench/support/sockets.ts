/** Starts processes that stations connect to, and asks them what they use. */
import { eventually } from '../../support/eventually.ts'
import type { Memory } from './memory.ts'
import { startScript } from './script.ts'
import type { Stage } from './stage.ts'

export interface SocketsOrders {
  readonly brokers: string
  readonly registryUrl: string
  readonly what: 'ocpp' | 'bare'
}

export interface Usage extends Memory {
  /** Of all its threads since it began. */
  readonly cpuMs: number
}

export interface Sockets {
  /** Stations add their id. */
  readonly url: string
  usage(): Promise<Usage>
  stop(): Promise<void>
}

type Line = { readonly port?: number; readonly usage?: Usage }

/** Resolves when stations can connect. */
export async function startSockets(stage: Stage, what: SocketsOrders['what']): Promise<Sockets> {
  const { brokers, registryUrl } = stage
  const lines: Line[] = []
  const orders: SocketsOrders = { brokers, registryUrl, what }
  const script = startScript(stage, new URL('./sockets-main.ts', import.meta.url), orders, (line) => void lines.push(line as Line))
  const port = await eventually('the port of the sockets', () => lines.find((line) => line.port !== undefined)?.port)
  return {
    url: `ws://127.0.0.1:${port}/ocpp`,
    async usage() {
      const before = lines.length
      script.tell({ usage: true })
      return eventually('the usage of the sockets', () => lines.slice(before).find((line) => line.usage)?.usage)
    },
    stop: script.stop,
  }
}
