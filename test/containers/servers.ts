/** Starts the broker and the registry in containers, through testcontainers, on 127.0.0.1 of this machine. */
import { GenericContainer, type StartedTestContainer } from 'testcontainers'
import { freePort } from '../../deploy/local/free-port.ts'
import { renderKafkaConfig, renderKafkaScript } from '../../deploy/local/kafka-config.ts'
import { kafkaAnswers } from '../../deploy/local/kafka-ready.ts'
import { localRegistryIsReady, REGISTRY_JVM, registryUrlOf, renderRegistryVariables } from '../../deploy/local/registry-config.ts'
import { eventually } from '../support/eventually.ts'
import { LABEL } from './leftovers.ts'

const CONFIG_FILE = '/tmp/server.properties'
const CLUSTER_ID = 'ZHJvdmVyLXRlc3QtY2x1c3Q'
const READY_LIMIT_MS = 120_000

export interface StartedServer {
  /** host:port list of the broker, or base address of the registry. */
  readonly address: string
  stop(): Promise<void>
}

interface Server {
  readonly name: string
  readonly container: GenericContainer
  readonly address: string
  isReady(): Promise<boolean>
}

/** Starts it and waits until it answers from outside; otherwise throws with the end of what it printed. */
async function start({ name, container, address, isReady }: Server): Promise<StartedServer> {
  const lines: string[] = []
  const started: StartedTestContainer = await container
    .withName(`drover-test-${name}-${process.pid}`)
    .withLabels({ [LABEL]: name })
    // Both servers listen on 127.0.0.1 only, and are told to call each other there.
    .withNetworkMode('host')
    .withLogConsumer((stream) => stream.on('data', (chunk: Buffer) => lines.push(chunk.toString('utf8'))))
    .start()
  try {
    await eventually(`the container of ${name} answers`, () => isReady().catch(() => false), READY_LIMIT_MS)
  } catch (error) {
    await started.stop()
    throw new Error(`${(error as Error).message}. The end of its output:\n${lines.slice(-25).join('')}`)
  }
  return { address, stop: async () => void (await started.stop()) }
}

/** A single KRaft broker. */
export async function startKafka(image: string): Promise<StartedServer> {
  const [broker, controller] = [await freePort(), await freePort()]
  const address = `127.0.0.1:${broker}`
  const script = renderKafkaScript({ java: 'java', classPath: '/opt/kafka/libs/*', configFile: CONFIG_FILE, newClusterId: CLUSTER_ID })
  const container = new GenericContainer(image)
    .withCopyContentToContainer([
      { content: renderKafkaConfig('/tmp/kafka-log', { broker, controller }), target: CONFIG_FILE, mode: 0o644 },
    ])
    .withEntrypoint(['sh', '-c'])
    .withCommand([script])
  return start({ name: 'kafka', container, address, isReady: () => kafkaAnswers(address) })
}

/** A schema registry that keeps its schemas in the broker. */
export async function startRegistry(image: string, brokers: string): Promise<StartedServer> {
  const port = await freePort()
  const script = `exec java ${REGISTRY_JVM.join(' ')} -jar /deployments/apicurio-registry-app-*-runner.jar`
  const container = new GenericContainer(image)
    .withEnvironment({ ...renderRegistryVariables(brokers, port) })
    .withEntrypoint(['sh', '-c'])
    .withCommand([script])
  return start({ name: 'registry', container, address: registryUrlOf(port), isReady: () => localRegistryIsReady(port) })
}
