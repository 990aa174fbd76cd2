/** Reads from a cluster what a plan is made from. */
import kafkajs, { type Admin } from 'kafkajs'
import type { AnyTopic } from '../define.ts'
import { readNotes } from './notes.ts'
import type { ClusterFacts, ClusterTopic } from './plan.ts'
import { retryRetriable } from './retry.ts'

async function describeTopics(admin: Admin, names: readonly string[]): Promise<ReadonlyMap<string, ClusterTopic>> {
  if (names.length === 0) return new Map()
  const { topics } = await retryRetriable(() => admin.fetchTopicMetadata({ topics: [...names] }))
  const resources = names.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name }))
  const described = await retryRetriable(() => admin.describeConfigs({ includeSynonyms: false, resources }))
  const settings = new Map(
    described.resources.map(({ resourceName, configEntries }) => [
      resourceName,
      Object.fromEntries(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  )
  return new Map(topics.map(({ name, partitions }) => [name, { partitions: partitions.length, settings: settings.get(name) ?? {} }]))
}

/** The count that existing device-keyed topics have, for a cluster whose notes were lost. */
function countOf(topics: readonly AnyTopic[], found: ReadonlyMap<string, ClusterTopic>): number | null {
  const existing = topics.find(({ name, partitioning }) => partitioning === 'device' && found.has(name))
  return existing ? (found.get(existing.name)?.partitions ?? null) : null
}

/** What `topics` are on the cluster by now. */
export async function readCluster(admin: Admin, brokers: string, topics: readonly AnyTopic[]): Promise<ClusterFacts> {
  const listed = new Set(await retryRetriable(() => admin.listTopics()))
  const names = topics.map(({ name }) => name).filter((name) => listed.has(name))
  const [found, notes, cluster] = await Promise.all([
    describeTopics(admin, names),
    readNotes(brokers),
    retryRetriable(() => admin.describeCluster()),
  ])
  return {
    brokers: cluster.brokers.length,
    topics: found,
    devicePartitions: notes.devicePartitions ?? countOf(topics, found),
    keyedBy: notes.keyedBy,
  }
}
