/** A process that runs the story's sub-topology until it is killed; it may be told to die or freeze at a chosen moment. */
import Kafka from 'node-rdkafka'
import { realClock } from '../../../processors/runtime/clock.ts'
import type { RuntimeEvents } from '../../../processors/runtime/kafka/events.ts'
import { runSubTopology } from '../../../processors/runtime/kafka/run.ts'
import { createSchemas } from '../../../topics/registry.ts'
import type { MemberOrders } from './members.ts'
import { createStory } from './story.ts'

const orders = JSON.parse(process.argv[2] ?? '{}') as MemberOrders

const report = (event: string, detail: unknown): void => {
  process.stdout.write(`${JSON.stringify({ event, detail: detail ?? null })}\n`)
}

/** The signal strikes when the process is about to make, or has just made, the n-th call. */
function strike({ call, nth, when, signal }: NonNullable<MemberOrders['strike']>): void {
  const prototype = Kafka.Producer.prototype as unknown as Record<string, (...args: unknown[]) => unknown>
  const original = prototype[call] as (...args: unknown[]) => unknown
  let calls = 0
  const hit = (): void => {
    report('struck', call)
    process.kill(process.pid, signal)
  }
  prototype[call] = function (this: unknown, ...args: unknown[]) {
    calls++
    if (calls === nth && when === 'before') hit()
    const result = original.apply(this, args)
    if (calls === nth && when === 'after') hit()
    return result
  }
}

if (orders.strike) strike(orders.strike)

const events = new Proxy({} as RuntimeEvents, { get: (_, name) => (detail: unknown) => report(String(name), detail) })
const running = runSubTopology({
  subTopology: { ...createStory(orders.prefix).subTopology, ...(orders.gatherMs !== undefined && { gatherMs: orders.gatherMs }) },
  brokers: orders.brokers,
  schemas: createSchemas({ url: orders.registryUrl }),
  clock: realClock,
  devicePartitions: orders.devicePartitions,
  node: orders.node,
  codeVersion: 'test',
  limits: { inputs: 200, work: 300, tickMs: 100, ...orders.limits },
  ...(orders.settings && { settings: orders.settings }),
  events,
})
process.once('SIGTERM', () => void running.stop())
running.done.then(
  () => report('done', null),
  (error: unknown) => report('failed', String(error)),
)
