/** Starts processes that run the story, listens to what they report, and kills them. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { ClientSettings, Limits } from '../../../processors/runtime/kafka/member.ts'
import { eventually } from '../../support/eventually.ts'

/** When and how a process is struck. */
export interface Strike {
  readonly call: 'produce' | 'sendOffsetsToTransaction' | 'commitTransaction'
  readonly nth: number
  readonly when: 'before' | 'after'
  readonly signal: 'SIGKILL' | 'SIGSTOP'
}

export interface MemberOrders {
  readonly prefix: string
  readonly brokers: string
  readonly registryUrl: string
  readonly devicePartitions: number
  readonly node: string
  readonly limits?: Partial<Limits>
  readonly gatherMs?: number
  readonly settings?: ClientSettings
  readonly strike?: Strike
}

export interface Reported {
  readonly event: string
  readonly detail: unknown
}

export interface MemberProcess {
  readonly reports: readonly Reported[]
  /** Resolves with the detail of the n-th report of that name. */
  reported(event: string, nth?: number): Promise<unknown>
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void
  readonly exited: Promise<void>
  hasExited(): boolean
}

const main = fileURLToPath(new URL('./member-main.ts', import.meta.url))
const root = fileURLToPath(new URL('../../..', import.meta.url))

export function startMember(orders: MemberOrders): MemberProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', main, JSON.stringify(orders)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, UV_THREADPOOL_SIZE: '12' },
  })
  const reports: Reported[] = []
  let isGone = false
  createInterface({ input: child.stdout }).on('line', (line) => reports.push(JSON.parse(line) as Reported))
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      isGone = true
      resolve()
    })
  })
  return {
    reports,
    async reported(event, nth = 1) {
      const what = `report ${nth} of '${event}' by ${orders.node}`
      const found = await eventually(what, () => reports.filter((report) => report.event === event)[nth - 1])
      return found.detail
    },
    signal: (name) => void child.kill(name),
    exited,
    hasExited: () => isGone,
  }
}
