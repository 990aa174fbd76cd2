/** Decides what a cluster lacks, and what it would be wrong to change there. */
import type { AnyTopic } from '../define.ts'
import { retentionMs, settingsOf, type TopicSettings } from './settings.ts'

/** A topic as the cluster has it. */
export interface ClusterTopic {
  readonly partitions: number
  /** Settings that were made on the topic itself, by Kafka's names. */
  readonly settings: Readonly<Record<string, string>>
}

/** What was found on a cluster. */
export interface ClusterFacts {
  readonly brokers: number
  readonly topics: ReadonlyMap<string, ClusterTopic>
  /** Partitions of device-keyed topics, as chosen at the first provisioning; null = none yet. */
  readonly devicePartitions: number | null
  /** What each topic is keyed by, as noted when it was made. */
  readonly keyedBy: ReadonlyMap<string, string>
}

export type Action =
  | {
      readonly kind: 'create'
      readonly topic: AnyTopic
      readonly partitions: number
      readonly replicas: number
      readonly settings: TopicSettings
    }
  | { readonly kind: 'lengthen'; readonly topic: AnyTopic; readonly settings: TopicSettings }
  | { readonly kind: 'note'; readonly topic: AnyTopic }

/** Something that provisioning will not do, and why. */
export interface Refusal {
  readonly topic: string
  readonly words: string
}

export interface Plan {
  readonly devicePartitions: number
  readonly actions: readonly Action[]
  readonly refusals: readonly Refusal[]
}

const inDays = (ms: number): string => (ms === Number.POSITIVE_INFINITY ? 'for ever' : `${Math.round(ms / 86_400_000)} d`)

/** Compares `topics` (the catalogue and the changelogs of a topology) with a cluster. `options.devicePartitions` counts on a fresh cluster only. */
export function planTopics(topics: readonly AnyTopic[], cluster: ClusterFacts, options: { readonly devicePartitions: number }): Plan {
  const devicePartitions = cluster.devicePartitions ?? options.devicePartitions
  const actions: Action[] = []
  const refusals: Refusal[] = []
  if (devicePartitions !== options.devicePartitions)
    refusals.push({
      topic: '*',
      words: `this cluster has ${devicePartitions} device partitions, not ${options.devicePartitions}: another count would put devices on other partitions, apart from their state. Ask for ${devicePartitions}, or use another cluster`,
    })
  for (const topic of topics) {
    const partitions = topic.partitioning === 'one' ? 1 : devicePartitions
    const found = cluster.topics.get(topic.name)
    const replicas = Math.min(3, cluster.brokers)
    if (!found) {
      actions.push({ kind: 'create', topic, partitions, replicas, settings: settingsOf(topic, replicas) })
      continue
    }
    const words = objectTo(topic, found, partitions, cluster.keyedBy.get(topic.name))
    if (words !== null) refusals.push({ topic: topic.name, words })
    else actions.push(...adjust(topic, found, replicas, cluster.keyedBy.has(topic.name)))
  }
  return { devicePartitions, actions, refusals }
}

/** Why the topic as declared cannot take the place of the one found; null = it can. */
function objectTo(topic: AnyTopic, found: ClusterTopic, partitions: number, keyedBy: string | undefined): string | null {
  if (keyedBy !== undefined && keyedBy !== topic.keyedBy)
    return `it is keyed by ${keyedBy}, not ${topic.keyedBy}: another key would break the order of its records. Declare a new topic instead`
  if (found.partitions !== partitions)
    return `it has ${found.partitions} partitions, not ${partitions}: a topic cannot shrink, and growing puts keys on other partitions. Declare a new topic instead`
  const wanted = settingsOf(topic, 1)
  const policy = found.settings['cleanup.policy'] ?? 'delete'
  if (policy !== wanted['cleanup.policy'])
    return `its cleanup policy is ${policy}, not ${wanted['cleanup.policy']}: changing it deletes records that others count on. Declare a new topic instead`
  const [kept, asked] = [retentionMs(found.settings), retentionMs(wanted)]
  if (asked < kept) return `it keeps records ${inDays(kept)}, and audit counts on that: it will not be shortened to ${inDays(asked)}`
  return null
}

function adjust(topic: AnyTopic, found: ClusterTopic, replicas: number, isNoted: boolean): readonly Action[] {
  const settings = settingsOf(topic, replicas)
  const isShort = retentionMs(found.settings) < retentionMs(settings)
  return [...(isShort ? [{ kind: 'lengthen', topic, settings } as const] : []), ...(isNoted ? [] : [{ kind: 'note', topic } as const])]
}

/** An action in words. */
export function describeAction(action: Action): string {
  const { name, keyedBy } = action.topic
  switch (action.kind) {
    case 'create':
      return `create ${name}: ${action.partitions} partitions by ${keyedBy}, ${action.settings['cleanup.policy'] === 'compact' ? 'compacted' : `kept ${inDays(retentionMs(action.settings))}`}`
    case 'lengthen':
      return `keep ${name} longer: ${inDays(retentionMs(action.settings))}`
    case 'note':
      return `note that ${name} is keyed by ${keyedBy}`
  }
}
