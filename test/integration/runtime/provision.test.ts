/** Provisioning on a real broker and registry: once is as good as twice, and what would lose records is refused before anything is changed. */
import { Kafka, logLevel } from 'kafkajs'
import { describe, expect, test } from 'vitest'
import { added, type RecordSchema, record, string } from '../../../schemas/avro.ts'
import { createCodec } from '../../../topics/codec.ts'
import { days, defineTopic } from '../../../topics/define.ts'
import { readDevicePartitions } from '../../../topics/provision/notes.ts'
import { provision, readPlan } from '../../../topics/provision/provision.ts'
import { createSchemas, UnknownSchemaError, UnregisteredSchemaError } from '../../../topics/registry.ts'
import { useBroker } from '../../support/broker.ts'

const first = record('Fact', 'A fact.', { deviceId: string('Device.') })
const second = record('Fact', 'A fact.', { deviceId: string('Device.'), colour: added(string('Colour.'), 'grey') })
const breaking = record('Fact', 'A fact.', { deviceId: string('Device.'), colour: string('Colour.') })

const declare = <T extends { readonly deviceId: string }>(name: string, schema: RecordSchema<T>, keyedBy = 'deviceId') =>
  defineTopic<T>(name, { about: 'A test.', schema, keyedBy, key: (value) => value.deviceId, retention: days(3), writers: ['test'] })

async function namesOn(brokers: string): Promise<readonly string[]> {
  const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const names = await admin.listTopics()
  await admin.disconnect()
  return names
}

describe('provisioning', () => {
  test('creates what is missing, and a second time nothing', async () => {
    const { brokers, schemas, uniquePrefix } = useBroker()
    const options = { brokers, topics: [declare(uniquePrefix(), first)], devicePartitions: null }
    const done = await provision(options, schemas)
    expect(done.actions.map(({ kind }) => kind)).toEqual(['create'])
    const again = await provision(options, schemas)
    expect(again.actions).toEqual([])
    expect(await readDevicePartitions(brokers)).toBe(done.devicePartitions)
  })

  test('refuses to re-key, and changes nothing then', async () => {
    const { brokers, schemas, uniquePrefix } = useBroker()
    const [name, other] = [uniquePrefix(), uniquePrefix()]
    await provision({ brokers, topics: [declare(name, first)], devicePartitions: null }, schemas)
    const rekeyed = provision({ brokers, topics: [declare(other, first), declare(name, first, 'siteId')], devicePartitions: null }, schemas)
    await expect(rekeyed).rejects.toThrow(/keyed by deviceId, not siteId/)
    expect(await namesOn(brokers)).not.toContain(`${other}.v1`)
  })

  test('refuses another count of device partitions', async () => {
    const { brokers, schemas, uniquePrefix } = useBroker()
    const { devicePartitions } = await provision({ brokers, topics: [declare(uniquePrefix(), first)], devicePartitions: null }, schemas)
    const { refusals } = await readPlan({ brokers, topics: [], devicePartitions: devicePartitions + 1 })
    expect(refusals).toHaveLength(1)
  })
})

describe('schemas', () => {
  test('what an older version wrote is read, once its schema is learned', async () => {
    const { schemas, uniquePrefix } = useBroker()
    const name = uniquePrefix()
    const oldId = await schemas.register(declare(name, first))
    await schemas.register(declare(name, second))
    const codec = await schemas.codecOf(declare(name, second))
    await schemas.learnUnknown(codec, oldId)
    expect(codec.decode(createCodec(first, oldId).encode({ deviceId: 'd' }))).toEqual({ deviceId: 'd', colour: 'grey' })
  })

  test('a version that cannot read what was written is refused', async () => {
    const { schemas, uniquePrefix } = useBroker()
    const name = uniquePrefix()
    await schemas.register(declare(name, first))
    await expect(schemas.register(declare(name, breaking))).rejects.toThrow(/ncompatible/)
  })

  test('an unknown id and an unregistered topic are told apart from a registry out of reach', async () => {
    const { schemas, uniquePrefix } = useBroker()
    const topic = declare(uniquePrefix(), first)
    await expect(schemas.codecOf(topic)).rejects.toThrow(UnregisteredSchemaError)
    await schemas.register(topic)
    const codec = await schemas.codecOf(topic)
    await expect(schemas.learnUnknown(codec, 2_000_000_000)).rejects.toThrow(UnknownSchemaError)
  })

  test('a registry out of reach is waited for', async () => {
    const giveUp = new AbortController()
    let retries = 0
    const onRetry = (): void => {
      retries++
      if (retries === 3) giveUp.abort()
    }
    const schemas = createSchemas({ url: 'http://127.0.0.1:1/', onRetry, signal: giveUp.signal })
    const topic = declare(useBroker().uniquePrefix(), first)
    await expect(schemas.register(topic)).rejects.toThrow(/ECONNREFUSED/)
    expect(retries).toBe(3)
  })
})
