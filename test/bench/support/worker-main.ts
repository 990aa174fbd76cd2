/** A process that runs sub-topologies of the production topology, by the real clock or by one that is set from outside, until it is told to stop. */
import { createInterface } from 'node:readline'
import { createHistoryClient } from '../../../gateway/analytics/history-client.ts'
import { realClock } from '../../../processors/runtime/clock.ts'
import { runSubTopology } from '../../../processors/runtime/kafka/run.ts'
import { topology } from '../../../processors/topology.ts'
import { createSchemas } from '../../../topics/registry.ts'
import { readMemory } from './memory.ts'
import type { WorkerOrders, WorkerReport } from './worker.ts'

const PROGRESS_EVERY_MS = 50

const orders = JSON.parse(process.argv[2] ?? '{}') as WorkerOrders
const report = (line: WorkerReport): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

let handMs = orders.nowMs ?? 0
const clock = orders.nowMs === null ? realClock : { nowMs: () => handMs, rate: 1 }

const reportMemory = (): void => report({ event: 'memory', ...readMemory() })

const { clickhouse } = orders
const history = clickhouse && createHistoryClient({ ...clickhouse, onRetry: (reason) => report({ event: 'trouble', detail: reason }) })
const schemas = createSchemas({ url: orders.registryUrl })
reportMemory()

const running = orders.subTopologies.map((name) => {
  const subTopology = topology.subTopologies.find((one) => one.name === name)
  if (!subTopology) throw new Error(`no sub-topology ${name}`)
  let [inputs, outputs, changed] = [0, 0, false]
  const trouble = (detail: unknown): void => report({ event: 'trouble', detail: `${name}: ${JSON.stringify(detail)}` })
  setInterval(() => {
    if (changed) report({ event: 'progress', subTopology: name, inputs, outputs })
    changed = false
  }, PROGRESS_EVERY_MS).unref()
  return runSubTopology({
    subTopology,
    brokers: orders.brokers,
    schemas,
    clock,
    devicePartitions: orders.devicePartitions,
    node: 'bench',
    codeVersion: 'bench',
    answers: history ? { 'settlement.history': history } : {},
    ...(orders.workPerTransaction === null ? {} : { limits: { work: orders.workPerTransaction } }),
    events: {
      restored: ({ tasks, records }) => report({ event: 'restored', subTopology: name, tasks: tasks.length, records }),
      committed(done) {
        inputs += done.inputs
        outputs += done.outputs
        changed = true
      },
      aborted: trouble,
      stopped: trouble,
      restarting: trouble,
      clientError: trouble,
      answerFailed: trouble,
    },
  })
})

async function stop(): Promise<void> {
  await Promise.all(running.map((one) => one.stop()))
  await history?.close()
  process.exit(0)
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const told = JSON.parse(line) as { nowMs?: number; memory?: true }
    if (told.nowMs !== undefined) handMs = told.nowMs
    if (told.memory) reportMemory()
  })
  // It ends with whoever started it.
  .on('close', () => process.exit(1))
process.on('SIGTERM', () => void stop())
// Ctrl-C reaches the whole terminal: whoever started this process stops it in order.
process.on('SIGINT', () => undefined)
