/** Loaded into Drover's processes before they start: kills the process at the moment for which a test has armed it. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Strike } from './strikes.ts'

type Call = (...args: unknown[]) => unknown

const folder = process.env.DROVER_TEST_STRIKES ?? ''
const name = process.env.DROVER_NODE ?? ''
const file = join(folder, `${name}.json`)

function armed(): Strike | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Strike
  } catch {
    return undefined
  }
}

/** The successor must not be struck by what was meant for this process. */
function strike(): void {
  rmSync(file, { force: true })
  process.kill(process.pid, 'SIGKILL')
}

function wrap(prototype: object, method: string, around: (call: () => unknown, args: readonly unknown[]) => unknown): void {
  const methods = prototype as Record<string, Call>
  const original = methods[method] as Call
  methods[method] = function (this: unknown, ...args: unknown[]) {
    return around(() => original.apply(this, args), args)
  }
}

/** On the n-th record to the topic: at once, or when a commit has been asked for next. */
async function watchProducers(): Promise<void> {
  const { default: Kafka } = await import('node-rdkafka')
  let produced = 0
  let isDue = false
  wrap(Kafka.Producer.prototype, 'produce', (call, [topic]) => {
    const order = armed()
    if (order?.on !== 'produce' || order.topic !== topic) return call()
    produced++
    if (produced < order.nth) return call()
    if (order.when === 'at once') strike()
    isDue = true
    return call()
  })
  wrap(Kafka.Producer.prototype, 'commitTransaction', (call) => {
    const result = call()
    if (isDue) strike()
    return result
  })
}

/** When rows have been inserted, and how far they reach is about to be noted. */
async function watchLoader(): Promise<void> {
  const { Session } = await import('chdb')
  wrap(Session.prototype, 'queryAsync', (call, [sql]) => {
    if (String(sql).startsWith('INSERT INTO drover.loader_positions') && armed()?.on === 'positions') strike()
    return call()
  })
}

if (name === 'core' || name === 'metering') await watchProducers()
if (name === 'analytics') await watchLoader()
