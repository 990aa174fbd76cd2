/** Replays a task by its journal with today's code, and compares what it comes to with the log. */
import type { SubTopology } from '../../../processors/runtime/define.ts'
import { recordsOf } from '../../../processors/runtime/home.ts'
import { consumedTopics, prepareCodecs, touchedTopics } from '../../../processors/runtime/kafka/sub-topology-topics.ts'
import type { ReplayedTransaction } from '../../../processors/runtime/replay.ts'
import type { ReplayVerdict } from '../../../processors/runtime/replay-compare.ts'
import { replayAndCompare } from '../../../processors/runtime/replay-compare.ts'
import type { TaskQuestion } from '../../../processors/runtime/task-contract.ts'
import { taskId } from '../../../processors/runtime/task-id.ts'
import { runtimeJournal } from '../../../topics/catalogue.ts'
import type { AnyTopic } from '../../../topics/define.ts'
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

/** Compacted topics whose keys the task writes alone; of others, such as capacity by partition, it writes a share of the keys only. */
const ownTables = ({ partitioning }: SubTopology, compacted: readonly AnyTopic[], newest: Newest): readonly string[] =>
  compacted.filter((topic) => newest.has(topic.name) && topic.partitioning === partitioning).map(({ name }) => name)

async function findNewestDifference(
  { log, partition }: ReplayTaskOptions,
  names: readonly string[],
  newest: Newest,
  decode: (topic: string, value: Buffer) => unknown,
): Promise<NewestDifference | null> {
  for (const name of names) {
    const recorded = await newestOn(log, name, partition)
    const found = compareNewest(name, newest.get(name) ?? new Map(), recorded, (value) => decode(name, value))
    if (found) return found
  }
  return null
}

/** Throws ReplayError where the journal does not fit, and HandlerError where today's code fails. */
export async function replay(options: ReplayTaskOptions): Promise<Replayed> {
  const { subTopology, partition, log, toMs, onProgress } = options
  const topics = touchedTopics(subTopology)
  const codecs = await prepareCodecs(topics, options.schemas)
  const compacted = topics.filter(({ retention }) => retention.kind === 'compacted')
  const isCompacted = (name: string): boolean => compacted.some((topic) => topic.name === name)
  const task = taskId(subTopology, partition)
  const newest: Newest = new Map()
  let [transactions, share] = [0, 0]
  const onEntry = (done: number): void => {
    share = done
  }
  const onTransaction = ({ effects }: ReplayedTransaction): void => {
    for (const output of effects.outputs) if (isCompacted(output.topic)) noteNewest(newest, output)
    onProgress(++transactions, share)
  }
  const journalEnd = async (): Promise<number> => (await log.stretch(runtimeJournal.name, partition, 'beginning')).end
  const endAtStart = await journalEnd()
  const complete = async (): Promise<boolean> => toMs === Number.POSITIVE_INFINITY && (await journalEnd()) === endAtStart
  const source = createLogSource({
    ...options,
    codecs,
    taskId: task,
    isOwn: recordsOf(subTopology, partition),
    counts: await log.partitions(),
    onEntry,
  })
  const isCompared = (name: string): boolean => !isCompacted(name)
  const verdict = await replayAndCompare({ ...options, codecs, complete, isCompared, onTransaction }, source)
  const names = verdict.equal && (await complete()) ? ownTables(subTopology, compacted, newest) : []
  const found = await findNewestDifference(options, names, newest, source.decode)
  // What went on while the tables were read may be in them.
  const isSteady = names.length > 0 && (await complete())
  return {
    task,
    verdict,
    newest: isSteady ? found : null,
    newestCompared: isSteady ? names : [],
    compactedInputs: consumedTopics(subTopology)
      .map(({ name }) => name)
      .filter(isCompacted),
  }
}
