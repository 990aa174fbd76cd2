/** Lets processors work on the log in memory: what edges append goes through the driver, and what it writes appears on the log. */
import type { Topology } from '../../processors/runtime/define.ts'
import type { AnyTopic } from '../../topics/define.ts'
import { createDriver, type Driver } from '../driver/driver.ts'
import type { MemoryLog } from './memory-log.ts'

/** `held`: while true, records wait, as when the processors are down. */
export interface DrivenLog {
  readonly driver: Driver
  hold(held: boolean): void
}

export function driveLog(
  log: MemoryLog,
  topology: Topology,
  options: { readonly nowMs: () => number; readonly devicePartitions?: number },
): DrivenLog {
  const driver = createDriver(topology, { startMs: options.nowMs(), devicePartitions: options.devicePartitions ?? 2, markers: false })
  const processors = topology.subTopologies.flatMap((part) => part.processors)
  const outputs = [...new Set(processors.flatMap((processor) => Object.values<AnyTopic>(processor.outputs)))]
  const inputs = new Set(processors.flatMap((processor) => Object.values<AnyTopic>(processor.inputs).map(({ name }) => name)))
  const passedOn = new Map<string, number>()
  let held = false
  let working = false

  function passOn(): void {
    for (const topic of outputs) {
      const written = driver.read(topic)
      const before = passedOn.get(topic.name) ?? 0
      passedOn.set(topic.name, written.length)
      for (const { value, key, partition, timestampMs } of written.slice(before))
        void log.writer.append(topic, value, { key, partition, timestampMs })
    }
  }

  function work(): void {
    if (held || working) return
    working = true
    driver.advanceTo(Math.max(options.nowMs(), driver.nowMs()))
    passOn()
    working = false
  }

  log.onAppend(({ value, key, partition, timestampMs }, topic) => {
    if (working || !inputs.has(topic.name) || outputs.includes(topic)) return
    driver.send(topic, value, { key, partition, atMs: timestampMs })
    work()
  })

  return {
    driver,
    hold(next) {
      held = next
      work()
    },
  }
}
