/** `npm run up`: the whole stack on this machine, without simulators, until Ctrl-C. State survives in the data folder. */
import { dataDirOf } from '../../gateway/cli/environment.ts'
import { startStack } from './stack.ts'

const dataDir = dataDirOf(process.env)
const startMs = performance.now()
const log = (line: string): void => console.log(`${((performance.now() - startMs) / 1000).toFixed(1).padStart(6)} s  ${line}`)

const given = process.argv.slice(2)
const isHelp = given.some((option) => ['--help', '-h'].includes(option))
if (!isHelp && given.length > 0) {
  console.error(`npm run up: takes no ${given.join(' ')}; --help says more`)
  process.exit(2)
}
if (isHelp) {
  console.log(
    'npm run up: starts broker, registry and every role of Drover on 127.0.0.1, and stays up until Ctrl-C.\nDROVER_DATA names the data folder (default .drover/data); KAFKA_BROKERS and SCHEMA_REGISTRY_URL name servers that run already.',
  )
  process.exit(0)
}

const stack = await startStack({ dataDir, env: process.env, log, clock: null, devicePartitions: null })
log('drover is up')
for (const [name, place] of Object.entries({
  Kafka: stack.stack.brokers,
  registry: stack.stack.registryUrl,
  REST: stack.stack.restUrl,
  ClickHouse: stack.stack.clickhouseUrl,
  OCPP: stack.stack.ocppUrl,
  'IEEE 2030.5': stack.stack.sep2Url,
  webhooks: `http://127.0.0.1:${stack.stack.thermostatWebhookPort} (thermostat vendors)`,
  loopback: `127.0.0.1:${stack.stack.loopbackPort}`,
  data: dataDir,
})) {
  console.log(`  ${name.padEnd(13)}${place}`)
}
console.log('  try          npx drover sql "SHOW TABLES"      stop with Ctrl-C')

const stopped = new Promise<string>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('stopping'))
})
const words = await Promise.race([stopped, stack.failed])
log(words)
await stack.stop()
log('stopped')
process.exit(words === 'stopping' ? 0 : 1)
