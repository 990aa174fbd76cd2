/** Runs transactions of tasks as on Kafka: outputs, offsets and journal appear together, or not at all. */

import type { SubTopology } from '../../processors/runtime/define.ts'
import { journalOutput, needsJournal } from '../../processors/runtime/journal.ts'
import { producerOf } from '../../processors/runtime/producer.ts'
import type { Task, TaskEffects } from '../../processors/runtime/task-contract.ts'
import type { JournalEntry } from '../../schemas/runtime.ts'
import type { Codec } from '../../topics/codec.ts'
import type { Crash } from './chaos.ts'
import type { MemoryLog } from './memory-log.ts'
import { type Committed, type RestoreParts, restoreTask, type TaskHost } from './task-host.ts'

export interface TransactionOptions {
  readonly codeVersion: string
  readonly journalCodec: Codec<JournalEntry>
  /** Whether the end of a transaction takes an offset of each partition it wrote, as Kafka's markers do. */
  readonly markers: boolean
  readonly compactOnCrash: boolean
  readonly nextCrash: () => Crash
}

/** What became of a transaction: nothing to commit; committed (a process that then died is back already); or its process died before the commit and is back. */
export type Fate = 'idle' | 'committed' | 'lost'

/** The processes of all sub-topologies and what they have committed. */
export interface Transactions {
  hosts(): readonly TaskHost[]
  /** Runs `steps` in one transaction. */
  transact(host: TaskHost, nowMs: number, steps: (host: TaskHost) => void): Fate
  /** Committed transactions so far. */
  count(): number
}

function writeEffects(log: MemoryLog, task: Task, effects: TaskEffects, nowMs: number, options: TransactionOptions): void {
  const { codeVersion, journalCodec, markers } = options
  const producer = producerOf(task.id, codeVersion)
  const written = new Map<string, readonly [string, number]>()
  for (const output of [...effects.outputs, journalOutput(task, effects, nowMs, codeVersion, journalCodec)]) {
    const { isHome, ...record } = output
    const { topic, partition } = log.append({ ...record, key: Buffer.from(output.key), producer: isHome ? '' : producer })
    written.set(`${topic} ${partition}`, [topic, partition])
  }
  if (markers) for (const [topic, partition] of written.values()) log.mark(topic, partition)
}

export function createTransactions(subTopologies: readonly SubTopology[], parts: RestoreParts, options: TransactionOptions): Transactions {
  const { log } = parts
  const committed = new Map<string, Committed>()
  const hosts: TaskHost[] = []
  let count = 0

  for (const subTopology of subTopologies) {
    const tasks = subTopology.partitioning === 'one' ? 1 : parts.devicePartitions
    for (let partition = 0; partition < tasks; partition++) hosts.push(restoreTask(subTopology, partition, new Map(), parts))
  }

  /** The process of a sub-topology dies and a new one restores all its tasks. */
  function restart(subTopology: SubTopology): void {
    if (options.compactOnCrash) log.compact()
    for (const [i, host] of hosts.entries()) {
      if (host.subTopology !== subTopology) continue
      hosts[i] = restoreTask(subTopology, host.task.partition, committed.get(host.task.id) ?? new Map(), parts)
    }
  }

  function commit(host: TaskHost, effects: TaskEffects, nowMs: number): void {
    writeEffects(log, host.task, effects, nowMs, options)
    committed.set(host.task.id, new Map(host.positions))
    host.questions.push(...effects.questions)
    host.mayWork = true
    count++
  }

  function transact(host: TaskHost, nowMs: number, steps: (host: TaskHost) => void): Fate {
    const { task, subTopology } = host
    let effects: TaskEffects
    try {
      task.begin(nowMs)
      steps(host)
      effects = task.finish()
    } catch (error) {
      restart(subTopology)
      throw error
    }
    if (!needsJournal(effects)) return 'idle'
    const crash = options.nextCrash()
    if (crash !== 'beforeCommit') commit(host, effects, nowMs)
    if (crash !== 'none') restart(subTopology)
    return crash === 'beforeCommit' ? 'lost' : 'committed'
  }

  return { hosts: () => hosts, transact, count: () => count }
}
