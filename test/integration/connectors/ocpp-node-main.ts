/** A process that runs an OCPP connector node until it is killed, or until whoever started it is gone. */

import { startOcpp } from '../../../connectors/ocpp/role.ts'
import { realClock } from '../../../processors/runtime/clock.ts'
import { createLogReader } from '../../../processors/runtime/kafka/log-reader.ts'
import { createLogWriter } from '../../../processors/runtime/kafka/log-writer.ts'
import { createSchemas } from '../../../topics/registry.ts'
import type { NodeOrders } from './ocpp-node.ts'

const { brokers, registryUrl, port, node, callTimeoutMs } = JSON.parse(process.argv[2] ?? '{}') as NodeOrders
const log = (line: string): void => void process.stderr.write(`${line}\n`)
const schemas = createSchemas({ url: registryUrl })

const role = await startOcpp({
  port,
  node,
  callTimeoutMs,
  clock: realClock,
  writer: await createLogWriter({ brokers, schemas, clock: realClock, codeVersion: 'test' }),
  reader: createLogReader({ brokers, schemas, name: `drover.test.${node}` }),
  authenticate: async () => 'accepted',
  log,
})
process.stdin.on('end', () => process.exit(0)).resume()
process.stdout.write(`${JSON.stringify({ port: role.port })}\n`)
