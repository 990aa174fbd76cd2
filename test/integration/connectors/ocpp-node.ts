/** Starts an OCPP connector node in a process of its own, to be killed. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface NodeOrders {
  readonly brokers: string
  readonly registryUrl: string
  /** 0 takes any free port. */
  readonly port: number
  readonly node: string
  readonly callTimeoutMs: number
}

export interface OcppNode {
  readonly port: number
  readonly pid: number
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>
}

const main = fileURLToPath(new URL('./ocpp-node-main.ts', import.meta.url))
const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Resolves when stations can connect. */
export async function startOcppNode(orders: NodeOrders): Promise<OcppNode> {
  const child = spawn(process.execPath, ['--import', 'tsx', main, JSON.stringify(orders)], {
    cwd: root,
    // It ends with us: its standard input does.
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, UV_THREADPOOL_SIZE: '12' },
  })
  const exited = once(child, 'exit')
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    exited.then(([code]) => Promise.reject(new Error(`the node ended with ${code} before it listened`))),
  ])) as [string]
  return {
    port: (JSON.parse(line) as { port: number }).port,
    pid: child.pid ?? -1,
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
