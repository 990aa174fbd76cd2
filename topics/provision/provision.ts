/** Plans and provisions topics in one call. */
import { Kafka, logLevel } from 'kafkajs'
import type { AnyTopic } from '../define.ts'
import type { Schemas } from '../registry.ts'
import { applyPlan } from './apply.ts'
import { readCluster } from './cluster.ts'
import { type Plan, planTopics } from './plan.ts'

export interface ProvisionOptions {
  /** Comma-separated host:port. */
  readonly brokers: string
  /** The catalogue and the changelogs of the topology. */
  readonly topics: readonly AnyTopic[]
  /** For a fresh cluster; null = what the cluster has, or 6 if it is fresh. */
  readonly devicePartitions: number | null
}

const DEFAULT_DEVICE_PARTITIONS = 6

const connect = (brokers: string): Kafka =>
  new Kafka({ clientId: 'drover-topics', brokers: brokers.split(','), logLevel: logLevel.NOTHING, retry: { retries: 10 } })

async function planWith(kafka: Kafka, { brokers, topics, devicePartitions }: ProvisionOptions): Promise<Plan> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const cluster = await readCluster(admin, brokers, topics)
    return planTopics(topics, cluster, {
      devicePartitions: devicePartitions ?? cluster.devicePartitions ?? DEFAULT_DEVICE_PARTITIONS,
    })
  } finally {
    await admin.disconnect()
  }
}

/** What provisioning would do. */
export const readPlan = (options: ProvisionOptions): Promise<Plan> => planWith(connect(options.brokers), options)

/** Provisions the cluster and the registry; idempotent. Throws RefusedPlanError, with every refusal, before anything is changed. */
export async function provision(options: ProvisionOptions, schemas: Schemas): Promise<Plan> {
  const kafka = connect(options.brokers)
  const plan = await planWith(kafka, options)
  const admin = kafka.admin()
  const producer = kafka.producer()
  await Promise.all([admin.connect(), producer.connect()])
  try {
    await applyPlan(plan, options.topics, { admin, producer, schemas })
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()])
  }
  return plan
}
