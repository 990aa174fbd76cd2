/** Starts a script of this bench as a process that ends with the stage, and talks with it in lines of JSON. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { heapFlags } from '../../../deploy/up/processes.ts'
import type { Stage } from './stage.ts'

export interface Script {
  readonly child: ChildProcess
  tell(line: object): void
  /** SIGTERM, and SIGKILL when that was of no use. Harmless when it has ended. */
  stop(): Promise<void>
}

const root = fileURLToPath(new URL('../../..', import.meta.url))
const GRACE_MS = 20_000

/** `orders` is its only argument; `onLine` gets every line that it prints. */
export function startScript(stage: Stage, script: URL, orders: object, onLine: (line: unknown) => void): Script {
  const child = spawn(process.execPath, ['--expose-gc', ...heapFlags, '--import', 'tsx', fileURLToPath(script), JSON.stringify(orders)], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
  })
  // It may vanish while something is being told.
  child.stdin.on('error', () => undefined)
  createInterface({ input: child.stdout }).on('line', (line) => {
    // A process that is killed leaves half a line behind.
    if (line.endsWith('}')) onLine(JSON.parse(line))
  })
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null

  async function stop(): Promise<void> {
    if (hasEnded()) return
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
    await gone
    clearTimeout(timer)
  }

  stage.onStop(stop)
  return { child, tell: (line) => void child.stdin.write(`${JSON.stringify(line)}\n`), stop }
}
