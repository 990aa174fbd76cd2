/** Replays a task by its journal with today's code, and compares what it comes to with the log. */
import { consumedTopics, prepareCodecs, touchedTopics } from '../../../processors/runtime/kafka/sub-topology-topics.ts'
import type { ReplayVerdict } from '../../../processors/runtime/replay-compare.ts'
import { replayAndCompare } from '../../../processors/runtime/replay-compare.ts'
import { taskId } from '../../../processors/runtime/task.ts'
import type { TaskQuestion } from '../../../processors/runtime/task-contract.ts'
import { runtimeJournal } from '../../../topics/catalogue.ts'
import type { Schemas } from '../../../topics/registry.ts'
import type { RawLog } from '../log/raw-log.ts'
import { createLogSource } from './log-source.ts'
import { compareNewest, type Newest, type NewestDifference, noteNewest } from './newest.ts'
import type { NamedTask } from './task-name.ts'

export interface ReplayTaskOptions extends NamedTask {
  readonly log: RawLog
  readonly schemas: Schemas
  readonly devicePartitions: number
  /** Differences count within these, epoch ms UTC; what lies before is replayed all the same, since state follows from it. */
  readonly fromMs: number
  readonly toMs: number
  readonly answer: (asked: TaskQuestion) => Promise<unknown>
  readonly onProgress: (transactions: number, share: number) => void
}

export interface Replayed {
  readonly task: string
  readonly verdict: ReplayVerdict
  /** Where compacted topics end up otherwise; null = as on the log, or not compared. */
  readonly newest: NewestDifference | null
  /** Compacted topics that were compared by their newest values; empty = the log went on meanwhile, or a range was asked for. */
  readonly newestCompared: readonly string[]
  /** Inputs that are compacted: what was superseded in them is gone, which may be why a replay differs. */
  readonly compactedInputs: readonly string[]
}

/** Newest values of a compacted topic in one partition, as bytes. */
async function newestOn(log: RawLog, topic: string, partition: number): Promise<ReadonlyMap<string, Buffer>> {
  const newest = new Map<string, Buffer>()
  await log.scan([await log.stretch(topic, partition, 'beginning')], ({ key, value }) => {
    if (value === null) newest.delete(String(key ?? ''))
    else newest.set(String(key ?? ''), value)
  })
  return newest
}

/** Throws ReplayError where the journal does not fit, and HandlerError where today's code fails. */
export async function replay(options: ReplayTaskOptions): Promise<Replayed> {
  const { subTopology, partition, devicePartitions, log, schemas, fromMs, toMs, onProgress } = options
  const topics = touchedTopics(subTopology)
  const codecs = await prepareCodecs(topics, schemas)
  const compacted = topics.filter(({ retention }) => retention.kind === 'compacted')
  const isCompacted = (name: string): boolean => compacted.some((topic) => topic.name === name)
  const task = taskId(subTopology, partition)
  const newest: Newest = new Map()
  let [transactions, share] = [0, 0]
  const atStart = await log.stretch(runtimeJournal.name, partition, 'beginning')
  const source = createLogSource({
    ...options,
    codecs,
    taskId: task,
    counts: await log.partitions(),
    onEntry: (done) => {
      share = done
    },
  })
  const isComplete = async (): Promise<boolean> =>
    toMs === Number.POSITIVE_INFINITY && (await log.stretch(runtimeJournal.name, partition, 'beginning')).end === atStart.end
  const verdict = await replayAndCompare(
    {
      subTopology,
      partition,
      devicePartitions,
      codecs,
      fromMs,
      complete: isComplete,
      isCompared: (name) => !isCompacted(name),
      onTransaction: ({ effects }) => {
        for (const output of effects.outputs) if (isCompacted(output.topic)) noteNewest(newest, output)
        onProgress(++transactions, share)
      },
    },
    source,
  )
  // Of the others, such as capacity by partition, each task writes a share of the keys only.
  const own = compacted.filter(({ name, partitioning }) => newest.has(name) && partitioning === subTopology.partitioning)
  const compared = verdict.equal && (await isComplete()) ? own.map(({ name }) => name) : []
  let found: NewestDifference | null = null
  for (const name of compared)
    found ??= compareNewest(name, newest.get(name) ?? new Map(), await newestOn(log, name, partition), (value) =>
      source.decode(name, value),
    )
  const compactedInputs = consumedTopics(subTopology)
    .filter(({ name }) => isCompacted(name))
    .map(({ name }) => name)
  return { task, verdict, newest: found, newestCompared: compared, compactedInputs }
}
