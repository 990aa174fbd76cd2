/** Provisioning creates what is missing, and refuses whatever would lose or mix records. */
import { describe, expect, test } from 'vitest'
import { record, string } from '../../../schemas/avro.ts'
import { compacted, days, defineTopic, forEver } from '../../../topics/define.ts'
import { type ClusterFacts, type ClusterTopic, describeAction, planTopics } from '../../../topics/provision/plan.ts'

const schema = record('Fact', 'A fact.', { deviceId: string('Device.') })
const byDevice = {
  about: 'A test.',
  schema,
  keyedBy: 'deviceId',
  key: (value: { deviceId: string }) => value.deviceId,
  writers: ['test'],
}
const facts = defineTopic('facts', { ...byDevice, retention: days(10) })
const state = defineTopic('state', { ...byDevice, retention: compacted })
const signals = defineTopic('signals', { ...byDevice, retention: forEver, partitioning: 'one' })

const fresh: ClusterFacts = { brokers: 1, topics: new Map(), devicePartitions: null, keyedBy: new Map() }
const asMade: Readonly<Record<string, ClusterTopic>> = {
  [facts.name]: { partitions: 6, settings: { 'cleanup.policy': 'delete', 'retention.ms': String(10 * 86_400_000) } },
  [state.name]: { partitions: 6, settings: { 'cleanup.policy': 'compact', 'retention.ms': '-1' } },
  [signals.name]: { partitions: 1, settings: { 'cleanup.policy': 'delete', 'retention.ms': '-1' } },
}
const topics = [facts, state, signals]

function provisioned(changes: Readonly<Record<string, ClusterTopic>> = {}): ClusterFacts {
  return {
    brokers: 1,
    topics: new Map(Object.entries({ ...asMade, ...changes })),
    devicePartitions: 6,
    keyedBy: new Map(topics.map(({ name, keyedBy }) => [name, keyedBy])),
  }
}

const refusalsFor = (cluster: ClusterFacts, declared = topics, devicePartitions = 6) =>
  planTopics(declared, cluster, { devicePartitions }).refusals.map(({ topic, words }) => `${topic}: ${words}`)

describe('a fresh cluster', () => {
  test('gets every topic, device topics with the count asked for', () => {
    const plan = planTopics(topics, fresh, { devicePartitions: 48 })
    expect(plan.actions.map(describeAction)).toEqual([
      'create facts.v1: 48 partitions by deviceId, kept 10 d',
      'create state.v1: 48 partitions by deviceId, compacted',
      'create signals.v1: 1 partitions by deviceId, kept for ever',
    ])
    expect(plan.refusals).toEqual([])
  })

  test('of three brokers gets three copies of which two must be in sync', () => {
    const [action] = planTopics([facts], { ...fresh, brokers: 5 }, { devicePartitions: 6 }).actions
    expect(action).toMatchObject({ kind: 'create', replicas: 3, settings: { 'min.insync.replicas': '2' } })
  })

  test('takes records of any age', () => {
    const [action] = planTopics([facts], fresh, { devicePartitions: 6 }).actions
    expect(action).toMatchObject({ settings: { 'message.timestamp.before.max.ms': '9223372036854775807' } })
  })
})

test('a provisioned cluster needs nothing', () => {
  const { actions, refusals } = planTopics(topics, provisioned(), { devicePartitions: 6 })
  expect({ actions, refusals }).toEqual({ actions: [], refusals: [] })
})

test('a topic made by a crashed provisioning gets its note', () => {
  const { actions } = planTopics([facts], { ...provisioned(), keyedBy: new Map() }, { devicePartitions: 6 })
  expect(actions.map(describeAction)).toEqual(['note that facts.v1 is keyed by deviceId'])
})

test('records are kept longer when the catalogue says so', () => {
  const longer = defineTopic('facts', { ...byDevice, retention: forEver })
  const { actions, refusals } = planTopics([longer], provisioned(), { devicePartitions: 6 })
  expect(actions.map(describeAction)).toEqual(['keep facts.v1 longer: for ever'])
  expect(refusals).toEqual([])
})

describe('refused', () => {
  test('another count of device partitions', () => {
    expect(refusalsFor(provisioned(), topics, 12)[0]).toMatch(/^\*: this cluster has 6 device partitions, not 12/)
  })

  test('a topic with another count of partitions', () => {
    expect(refusalsFor(provisioned({ [facts.name]: { partitions: 12, settings: {} } }))).toEqual([
      expect.stringMatching(/^facts\.v1: it has 12 partitions, not 6/),
    ])
  })

  test('another key', () => {
    const rekeyed = defineTopic('facts', { ...byDevice, keyedBy: 'siteId', retention: days(10) })
    expect(refusalsFor(provisioned(), [rekeyed])).toEqual([expect.stringMatching(/^facts\.v1: it is keyed by deviceId, not siteId/)])
  })

  test('a shorter retention', () => {
    const shorter = defineTopic('facts', { ...byDevice, retention: days(9) })
    expect(refusalsFor(provisioned(), [shorter])).toEqual([expect.stringMatching(/^facts\.v1: it keeps records 10 d.*shortened to 9 d/)])
    const notForEver = defineTopic('signals', { ...byDevice, retention: days(9), partitioning: 'one' })
    expect(refusalsFor(provisioned(), [notForEver])).toHaveLength(1)
  })

  test('another cleanup policy', () => {
    const uncompacted = defineTopic('state', { ...byDevice, retention: forEver })
    expect(refusalsFor(provisioned(), [uncompacted])).toEqual([
      expect.stringMatching(/^state\.v1: its cleanup policy is compact, not delete/),
    ])
  })
})
