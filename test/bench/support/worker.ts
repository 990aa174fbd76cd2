/** Starts processes that run sub-topologies, hears what they report, sets their clocks, stops and kills them. */
import { once } from 'node:events'
import { eventually } from '../../support/eventually.ts'
import type { Memory } from './memory.ts'
import { startScript } from './script.ts'
import type { Stage } from './stage.ts'

export interface WorkerOrders {
  readonly brokers: string
  readonly registryUrl: string
  readonly devicePartitions: number
  readonly subTopologies: readonly string[]
  /** What its clock shows until it is set otherwise, epoch ms UTC; null = the real clock. */
  readonly nowMs: number | null
  /** Units of a pass per transaction; null = as in production. */
  readonly workPerTransaction: number | null
  /** Where settlement's questions are answered; null = nowhere. */
  readonly clickhouse: { readonly url: string; readonly user: string; readonly password: string } | null
}

export type WorkerReport =
  | ({ readonly event: 'memory' } & Memory)
  | { readonly event: 'restored'; readonly subTopology: string; readonly tasks: number; readonly records: number }
  | { readonly event: 'progress'; readonly subTopology: string; readonly inputs: number; readonly outputs: number }
  | { readonly event: 'trouble'; readonly detail: string }

export interface Worker {
  /** After garbage collection, before anything was read. */
  readonly memoryAtStart: Promise<Memory>
  /** After garbage collection, now. */
  memory(): Promise<Memory>
  /** Tasks whose stores and tables are as they were, so far. */
  restored(subTopology: string): { readonly tasks: number; readonly records: number }
  /** Records taken in committed transactions, so far. */
  inputs(subTopology: string): number
  /** What went wrong, aborted transactions included. */
  readonly trouble: readonly string[]
  setClock(nowMs: number): void
  stop(): Promise<void>
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>
}

const WAIT_MS = 600_000

export function startWorker(stage: Stage, orders: Partial<WorkerOrders> & Pick<WorkerOrders, 'subTopologies'>): Worker {
  const { brokers, registryUrl, devicePartitions } = stage
  const whole: WorkerOrders = { brokers, registryUrl, devicePartitions, nowMs: null, workPerTransaction: null, clickhouse: null, ...orders }
  const reports: Exclude<WorkerReport, { event: 'progress' }>[] = []
  const inputs = new Map<string, number>()
  const process = startScript(stage, new URL('./worker-main.ts', import.meta.url), whole, (line) => {
    const report = line as WorkerReport
    if (report.event === 'progress') inputs.set(report.subTopology, report.inputs)
    else reports.push(report)
    if (report.event === 'trouble') stage.log(`worker: ${report.detail}`)
  })
  const memories = () => reports.flatMap((report) => (report.event === 'memory' ? [report] : []))
  const memoryReport = (nth: number): Promise<Memory> => eventually('the memory of the worker', () => memories()[nth], WAIT_MS)
  const memoryAtStart = memoryReport(0)
  memoryAtStart.catch(() => undefined)
  return {
    memoryAtStart,
    async memory() {
      const nth = memories().length
      process.tell({ memory: true })
      return memoryReport(nth)
    },
    restored(subTopology) {
      const found = reports.flatMap((report) => (report.event === 'restored' && report.subTopology === subTopology ? [report] : []))
      return found.reduce((sum, { tasks, records }) => ({ tasks: sum.tasks + tasks, records: sum.records + records }), {
        tasks: 0,
        records: 0,
      })
    },
    inputs: (subTopology) => inputs.get(subTopology) ?? 0,
    get trouble() {
      return reports.flatMap((report) => (report.event === 'trouble' ? [report.detail] : []))
    },
    setClock: (nowMs) => process.tell({ nowMs }),
    stop: process.stop,
    async kill() {
      const gone = once(process.child, 'exit')
      process.child.kill('SIGKILL')
      await gone
    },
  }
}
