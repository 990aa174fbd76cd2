/** Gives a replay what the driver's log holds. */

import { changelogTopics } from '../../processors/runtime/changelog.ts'
import type { SubTopology, Topology } from '../../processors/runtime/define.ts'
import { recordsOf } from '../../processors/runtime/home.ts'
import { topicsOf } from '../../processors/runtime/ports.ts'
import type { ReplaySource } from '../../processors/runtime/replay.ts'
import { type RecordedSource, type ReplayVerdict, replayAndCompare } from '../../processors/runtime/replay-compare.ts'
import { taskId } from '../../processors/runtime/task-id.ts'
import { rejectedRecords, runtimeJournal } from '../../topics/catalogue.ts'
import type { Answers, Driver } from './driver.ts'

/** What a replay of one task reads. */
export function replaySource(
  topology: Topology,
  { subTopology, partition: own }: { readonly subTopology: SubTopology; readonly partition: number },
  driver: Driver,
  answers: Answers = {},
): ReplaySource & RecordedSource {
  const task = taskId(subTopology, own)
  const isOwn = recordsOf(subTopology, own)
  const topics = [...topicsOf(topology), rejectedRecords, ...topology.subTopologies.flatMap(changelogTopics)]
  const topicOf = (name: string) => {
    const topic = topics.find((known) => known.name === name)
    if (!topic) throw new Error(`${name} is not a topic of this topology`)
    return topic
  }
  return {
    entries: driver.read(runtimeJournal).flatMap(({ value }) => (value?.task === task ? [value] : [])),
    fetch: async (topic, partition, fromOffset, toOffset) => driver.inputs(topic, partition, fromOffset, toOffset),
    learn: async () => false,
    answer: async (asked) => answers[`${asked.processor}.${asked.name}`]?.(asked.question as never),
    recorded: (topic, partition) =>
      driver
        .inputs(topic, partition, 0, Number.POSITIVE_INFINITY)
        .filter(isOwn)
        .map((record) => ({ ...record, key: String(record.key ?? '') })),
    decode: (name, value) => driver.codecs.codecOf(name, topicOf(name).schema).decode(value),
    partitionsOf: (name) => (topicOf(name).partitioning === 'one' ? 1 : driver.devicePartitions),
  }
}

/** Replays every task of `topology` on the log of `driver`, which may have run another version of it; verdicts by task. */
export async function replayAll(topology: Topology, driver: Driver, answers: Answers = {}): Promise<ReadonlyMap<string, ReplayVerdict>> {
  const { codecs, devicePartitions } = driver
  const verdicts = new Map<string, ReplayVerdict>()
  for (const subTopology of topology.subTopologies)
    for (let partition = 0; partition < (subTopology.partitioning === 'one' ? 1 : devicePartitions); partition++) {
      const task = taskId(subTopology, partition)
      verdicts.set(
        task,
        await replayAndCompare(
          { subTopology, partition, devicePartitions, codecs, complete: true },
          replaySource(topology, { subTopology, partition }, driver, answers),
        ),
      )
    }
  return verdicts
}
