/** Renders the configuration of a single-node KRaft broker for one machine. */

export type KafkaPorts = { readonly broker: number; readonly controller: number }

/** Largest Java long: neither old nor future record timestamps are refused, as Drover's record time is that of its causes. */
const ANY_AGE_MS = '9223372036854775807'

/** `server.properties` for a broker that only this machine reaches, with its log in `logDir`. */
export const renderKafkaConfig = (logDir: string, ports: KafkaPorts): string =>
  Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${ports.broker},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.broker}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': logDir,
    'auto.create.topics.enable': false,
    // One node holds one copy, and few internal partitions make the first start quick.
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    // What a dead process left open is aborted this soon after its time-out; 10 s unless told.
    'transaction.abort.timed.out.transaction.cleanup.interval.ms': 1000,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    // After a kill the new broker is let in only when the session of the dead one has ended; 9 s unless told.
    'broker.session.timeout.ms': 4000,
    'broker.heartbeat.interval.ms': 500,
    // Nobody else is on the way: do not wait for more members before the first assignment.
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    'log.message.timestamp.before.max.ms': ANY_AGE_MS,
    'log.message.timestamp.after.max.ms': ANY_AGE_MS,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')

const HEAP = ['-Xms256m', '-Xmx768m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:+ExitOnOutOfMemoryError']
const LOGGING = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-Dorg.slf4j.simpleLogger.showDateTime=true']

const formatArgs = (classPath: string, configFile: string, clusterId: string): readonly string[] => {
  const quick = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']
  return [
    ...quick,
    ...LOGGING,
    '-cp',
    classPath,
    'kafka.tools.StorageTool',
    'format',
    '--ignore-formatted',
    '-t',
    clusterId,
    '-c',
    configFile,
  ]
}

const serveArgs = (classPath: string, configFile: string): readonly string[] => [
  ...HEAP,
  ...LOGGING,
  '-cp',
  classPath,
  'kafka.Kafka',
  configFile,
]

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

export type KafkaProgram = {
  /** The `java` to run. */
  readonly java: string
  /** Where the jars are, as Java's class path spells it. */
  readonly classPath: string
  readonly configFile: string
  /** Given when the log folder has to be formatted first: 16 bytes in base64url. */
  readonly newClusterId?: string
}

/** A shell script that formats the log folder if asked to, and then turns into the broker. */
export const renderKafkaScript = ({ java, classPath, configFile, newClusterId }: KafkaProgram): string => {
  const line = (args: readonly string[]): string => [java, ...args].map(quote).join(' ')
  const format = newClusterId === undefined ? '' : `${line(formatArgs(classPath, configFile, newClusterId))} && `
  return `${format}exec ${line(serveArgs(classPath, configFile))}`
}
