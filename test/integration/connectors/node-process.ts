/** Starts a node in a process of its own, to be killed. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface NodeProcess {
  /** The one line that it wrote when it was ready. */
  readonly said: string
  readonly pid: number
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>
}

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Runs `main`, which ends when its standard input does. Resolves when it is ready, by its own word. */
export async function startNodeProcess(main: URL, orders: object, env: Readonly<Record<string, string>> = {}): Promise<NodeProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(main), JSON.stringify(orders)], {
    cwd: root,
    // It ends with us: its standard input does.
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, UV_THREADPOOL_SIZE: '12', ...env },
  })
  const exited = once(child, 'exit')
  const [said] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    exited.then(([code]) => Promise.reject(new Error(`the node ended with ${code} before it listened`))),
  ])) as [string]
  return {
    said,
    pid: child.pid ?? -1,
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
