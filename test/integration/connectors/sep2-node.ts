/** Starts the role `sep2` in a process of its own, to be killed, on a clock and with settings that its clients share. */
import type { createClock } from '../../../processors/runtime/clock.ts'
import { type NodeProcess, startNodeProcess } from './node-process.ts'

export interface Sep2Orders {
  readonly brokers: string
  readonly registryUrl: string
  readonly node: string
  /** Of the listener, with its port. */
  readonly url: string
  /** As `ensureSep2Settings` makes it. */
  readonly settingsFile: string
  readonly clock: Parameters<typeof createClock>[0]
}

/** Resolves when clients can connect. */
export function startSep2Node({ brokers, registryUrl, node, url, settingsFile, clock }: Sep2Orders): Promise<NodeProcess> {
  return startNodeProcess(
    new URL('./sep2-node-main.ts', import.meta.url),
    {},
    {
      KAFKA_BROKERS: brokers,
      SCHEMA_REGISTRY_URL: registryUrl,
      DROVER_NODE: node,
      DROVER_SEP2_URL: url,
      DROVER_SEP2_FILE: settingsFile,
      DROVER_CLOCK: `${clock.epochMs},${clock.realEpochMs},${clock.rate}`,
      // Not of this role, but of every environment.
      CLICKHOUSE_URL: 'http://127.0.0.1:9',
      DROVER_REST_URL: 'http://127.0.0.1:9',
    },
  )
}
