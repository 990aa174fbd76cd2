/** `npm run demo`: a utility, a fleet and the whole of Drover on this machine, from one OpenADR signal to the settled result. */
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { startStack } from '../../deploy/up/stack.ts'
import { createLogReader } from '../../processors/runtime/kafka/log-reader.ts'
import { createSchemas } from '../../topics/registry.ts'
import { startVtn } from '../vtn/vtn.ts'
import { openAnalytics } from './analytics.ts'
import { startClock } from './clock.ts'
import { makeFleet } from './fleet.ts'
import { emptyFolder } from './folder.ts'
import { readOptions } from './options.ts'
import { VTN_ID, ZONE } from './programs.ts'
import { createScreen } from './screen.ts'
import { play } from './story.ts'

const options = readOptions(process.argv.slice(2))
const startedMs = performance.now()
const screen = createScreen(process.stdout)
const dataDir = resolve(options.data)
const stops: (() => Promise<void>)[] = []

async function stopAll(): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop().catch((error: Error) => console.error(error.message))
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    screen.step('stopping')
    void stopAll().then(() => process.exit(130))
  })
}

try {
  emptyFolder(dataDir)
  const clock = startClock(ZONE, options.rate, Date.now())
  const vtn = await startVtn({
    vtnId: VTN_ID,
    pollFreqS: 30,
    clock: clock.nowMs,
    telemetry: { granularityS: 900, reportBackDurationS: 900 },
  })
  stops.push(vtn.stop)
  writeFileSync(join(dataDir, 'vtns.json'), JSON.stringify([{ vtnId: VTN_ID, baseUrl: vtn.url, venName: 'drover-demo' }]))
  const stack = await startStack({ dataDir, env: process.env, log: screen.step, clock: clock.facts, devicePartitions: null })
  stops.push(stack.stop)
  void stack.failed.then(async (words) => {
    console.error(words)
    await stopAll()
    process.exit(1)
  })
  const fleet = await makeFleet(options, clock, stack.stack)
  stops.push(fleet.stop)
  const schemas = createSchemas({ url: stack.stack.registryUrl })
  const reader = createLogReader({ brokers: stack.stack.brokers, schemas, name: 'drover.demo', idleMs: 500 })
  const analytics = openAnalytics(stack.stack)
  stops.push(analytics.close)
  const figures = await play({ options, dataDir, clock, vtn, stack: stack.stack, fleet, reader, analytics, screen, stops, startedMs })
  await stopAll()
  if (options.json) console.log(JSON.stringify(figures))
  process.exit(figures.reportAccepted && figures.sent > 0 && figures.agrees ? 0 : 1)
} catch (error) {
  console.error(`the demo failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  await stopAll()
  process.exit(1)
}
