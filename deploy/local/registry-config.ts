/** Says how the schema registry (Apicurio, schemas kept in Kafka) is configured, and when it is ready. */

/** Environment variables of the registry for a broker list and a port on 127.0.0.1. */
export const renderRegistryVariables = (brokers: string, port: number): Readonly<Record<string, string>> => ({
  APICURIO_STORAGE_KIND: 'kafkasql',
  APICURIO_KAFKASQL_BOOTSTRAP_SERVERS: brokers,
  // It waits this long for snapshots before each start, 5 s unless told; without one it reads its whole journal, which loses nothing.
  APICURIO_KAFKASQL_CONSUMER_POLL_TIMEOUT: '500',
  QUARKUS_HTTP_HOST: '127.0.0.1',
  QUARKUS_HTTP_PORT: String(port),
})

/** JVM options of the registry. */
export const REGISTRY_JVM: readonly string[] = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:+ExitOnOutOfMemoryError']

/** Base address of the Confluent-compatible API of the registry on a port of this machine. */
export const registryUrlOf = (port: number): string => `http://127.0.0.1:${port}/apis/ccompat/v7`

/** True when the Confluent-compatible API at `url` lists its subjects. */
export const registryAnswers = async (url: string): Promise<boolean> => {
  const response = await fetch(`${url.replace(/\/$/, '')}/subjects`, { signal: AbortSignal.timeout(5_000) })
  return response.ok && Array.isArray(await response.json())
}

/** True when a local registry has read its topic to the end as well: until then it would deny schemas that it holds. */
export const localRegistryIsReady = async (port: number): Promise<boolean> => {
  const health = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(5_000) })
  return health.ok && (await registryAnswers(registryUrlOf(port)))
}
