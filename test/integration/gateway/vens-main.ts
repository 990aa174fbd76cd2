/** A process that runs VENs, one of OpenADR 2.0b and one of 3.1, until it is killed, or until whoever started it is gone. */
import { pino } from 'pino'
import { startVen } from '../../../gateway/openadr2b/ven/start.ts'
import { startVen as startVen3 } from '../../../gateway/openadr3/ven/start.ts'
import { realClock } from '../../../processors/runtime/clock.ts'
import { createLogReader } from '../../../processors/runtime/kafka/log-reader.ts'
import { createLogWriter } from '../../../processors/runtime/kafka/log-writer.ts'
import { createSchemas } from '../../../topics/registry.ts'
import type { VenOrders } from './vens.ts'

const { brokers, registryUrl, url2b, url3 } = JSON.parse(process.argv[2] ?? '{}') as VenOrders
const schemas = createSchemas({ url: registryUrl })
const parts = {
  writer: await createLogWriter({ brokers, schemas, clock: realClock, codeVersion: 'test' }),
  reader: createLogReader({ brokers, schemas, name: 'drover.test.vens' }),
  clock: realClock,
  log: pino({ level: 'silent' }),
  pollMs: 200,
}
const vens = [
  startVen({ ...parts, vtnId: 'vtn-1', venName: 'herd', baseUrl: url2b }),
  startVen3({ ...parts, vtnId: 'vtn-31', venName: 'herd', baseUrl: url3, revision: '3.1' }),
]
process.stdin.on('end', () => process.exit(0)).resume()
process.stdout.write(`${vens.length}\n`)
