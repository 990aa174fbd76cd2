/** Gives the tests in containers their broker and registry, and removes both at the end. */
import { provideKafkaImage, provideRegistryImage, reaperIsThere } from './images.ts'
import { removeLeftovers } from './leftovers.ts'
import { requireDocker } from './require-docker.ts'
import { startKafka, startRegistry } from './servers.ts'

const REAPER_IMAGE = process.env.RYUK_CONTAINER_IMAGE ?? 'testcontainers/ryuk:0.14.0'

export default async function provideContainers(): Promise<() => Promise<void>> {
  const log = (line: string): void => console.log(`containers: ${line}`)
  await requireDocker()
  await removeLeftovers(log)
  if (!(await reaperIsThere(REAPER_IMAGE))) process.env.TESTCONTAINERS_RYUK_DISABLED = 'true'
  const kafkaImage = await provideKafkaImage(log)
  const registryImage = await provideRegistryImage(log)
  const kafka = await startKafka(kafkaImage)
  log(`Kafka answers at ${kafka.address} (${kafkaImage})`)
  const registry = await startRegistry(registryImage, kafka.address).catch(async (error: unknown) => {
    await kafka.stop()
    throw error
  })
  log(`the schema registry answers at ${registry.address} (${registryImage})`)
  process.env.DROVER_TEST_CLUSTER = 'ours'
  process.env.DROVER_TEST_KAFKA_IMAGE = kafkaImage
  process.env.KAFKA_BROKERS = kafka.address
  process.env.SCHEMA_REGISTRY_URL = registry.address
  return async () => {
    await registry.stop()
    await kafka.stop()
  }
}
