/** Gives a pipeline test a cluster without anything of Drover's on it, and leaves it so. */
import { Kafka, logLevel } from 'kafkajs'
import { changelogTopics } from '../../../processors/runtime/changelog.ts'
import { groupOf } from '../../../processors/runtime/kafka/member.ts'
import { topology } from '../../../processors/topology.ts'
import { catalogue } from '../../../topics/catalogue.ts'
import { eventually } from '../../support/eventually.ts'

const names = new Set([...catalogue, ...topology.subTopologies.flatMap(changelogTopics)].map(({ name }) => name))
const groups = new Set(topology.subTopologies.map(groupOf))

async function recordsOn(admin: ReturnType<Kafka['admin']>, topics: readonly string[]): Promise<readonly string[]> {
  const counts = await Promise.all(topics.map(async (topic) => ({ topic, offsets: await admin.fetchTopicOffsets(topic) })))
  return counts.filter(({ offsets }) => offsets.some(({ high, low }) => high !== low)).map(({ topic }) => topic)
}

/**
 * Deletes Drover's topics and groups. A cluster that the tests were given (DROVER_TEST_CLUSTER=given) is only touched where `isOurs` says that
 * a test has filled it; otherwise this throws if there is a Drover on it.
 */
export async function cleanCluster(brokers: string, isOurs: boolean): Promise<void> {
  const admin = new Kafka({ clientId: 'drover-test', brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    const topics = (await admin.listTopics()).filter((name) => names.has(name))
    if (process.env.DROVER_TEST_CLUSTER === 'given' && !isOurs) {
      const filled = await recordsOn(admin, topics)
      if (filled.length === 0) return
      throw new Error(`KAFKA_BROKERS names a cluster that a Drover has written to (${filled[0]}); these tests need one without`)
    }
    if (topics.length > 0) await admin.deleteTopics({ topics, timeout: 30_000 })
    await eventually('the topics are gone', async () => (await admin.listTopics()).every((name) => !names.has(name)))
    // A group can be deleted when the last session of its members has ended.
    await eventually('the groups are gone', async () => {
      const there = (await admin.listGroups()).groups.map(({ groupId }) => groupId).filter((group) => groups.has(group))
      return (
        there.length === 0 ||
        (await admin.deleteGroups(there).then(
          () => true,
          () => false,
        ))
      )
    })
  } finally {
    await admin.disconnect()
  }
}
