/** Carries out a plan: topics, longer retention, schemas, and the notes about keys. */
import kafkajs, { type Admin, type ITopicConfig, type Producer } from 'kafkajs'
import type { AnyTopic } from '../define.ts'
import type { Schemas } from '../registry.ts'
import { createNotesTopic, writeNotes } from './notes.ts'
import type { Action, Plan } from './plan.ts'
import { retryRetriable } from './retry.ts'
import type { TopicSettings } from './settings.ts'

/** A plan with refusals is not carried out, not even in part. */
export class RefusedPlanError extends Error {
  constructor(plan: Plan) {
    super(`the topics cannot be provisioned:\n${plan.refusals.map(({ topic, words }) => `  ${topic}: ${words}`).join('\n')}`)
  }
}

export interface ApplyParts {
  readonly admin: Admin
  readonly producer: Producer
  readonly schemas: Schemas
}

const entriesOf = (settings: TopicSettings) => Object.entries(settings).map(([name, value]) => ({ name, value }))
const only = <K extends Action['kind']>(plan: Plan, kind: K) =>
  plan.actions.filter((action): action is Extract<Action, { kind: K }> => action.kind === kind)

async function createAll(admin: Admin, plan: Plan): Promise<void> {
  const topics = only(plan, 'create').map(
    ({ topic, partitions, replicas, settings }): ITopicConfig => ({
      topic: topic.name,
      numPartitions: partitions,
      replicationFactor: replicas,
      configEntries: entriesOf(settings),
    }),
  )
  if (topics.length > 0) await retryRetriable(() => admin.createTopics({ topics, waitForLeaders: true, timeout: 60_000 }))
}

async function lengthenAll(admin: Admin, plan: Plan): Promise<void> {
  const resources = only(plan, 'lengthen').map(({ topic, settings }) => ({
    type: kafkajs.ConfigResourceTypes.TOPIC,
    name: topic.name,
    configEntries: entriesOf(settings),
  }))
  if (resources.length > 0) await retryRetriable(() => admin.alterConfigs({ validateOnly: false, resources }))
}

/** Side by side: a registry that keeps its schemas in Kafka waits for its own log at each of them. */
async function registerAll(schemas: Schemas, topics: readonly AnyTopic[]): Promise<void> {
  await Promise.all(topics.map((topic) => schemas.register(topic)))
}

/** Brings the cluster and the registry to what `topics` declare. Doing it again, or going on after a crash, changes nothing that is there. */
export async function applyPlan(plan: Plan, topics: readonly AnyTopic[], { admin, producer, schemas }: ApplyParts): Promise<void> {
  if (plan.refusals.length > 0) throw new RefusedPlanError(plan)
  const replicas = Math.min(3, (await retryRetriable(() => admin.describeCluster())).brokers.length)
  await retryRetriable(() => createNotesTopic(admin, replicas))
  await createAll(admin, plan)
  await lengthenAll(admin, plan)
  await registerAll(schemas, topics)
  const noted = plan.actions.filter(({ kind }) => kind !== 'lengthen').map(({ topic }) => [topic.name, topic.keyedBy] as const)
  await retryRetriable(() => writeNotes(producer, { devicePartitions: plan.devicePartitions, keyedBy: new Map(noted) }))
}
