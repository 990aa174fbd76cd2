/** Starts VENs in a process of their own, to be killed. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface VenOrders {
  readonly brokers: string
  readonly registryUrl: string
  readonly url2b: string
  readonly url3: string
}

export interface Vens {
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>
}

const main = fileURLToPath(new URL('./vens-main.ts', import.meta.url))
const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Resolves when the VENs have been started; they read the log then. */
export async function startVens(orders: VenOrders): Promise<Vens> {
  const child = spawn(process.execPath, ['--import', 'tsx', main, JSON.stringify(orders)], {
    cwd: root,
    // It ends with us: its standard input does.
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, UV_THREADPOOL_SIZE: '12' },
  })
  const exited = once(child, 'exit')
  await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    exited.then(([code]) => Promise.reject(new Error(`the process ended with ${code} before its VENs had started`))),
  ])
  return {
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
