/** Reads where things are from the environment, and from the stack file of `npm run up` where the environment is silent. All faults at once. */
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { type Clock, createClock, realClock } from '../../processors/runtime/clock.ts'
import { readStack, type Stack } from './stack-file.ts'

const variables = z.object({
  DROVER_DATA: z.string().optional(),
  DROVER_NODE: z
    .string()
    .regex(/^[\w.-]+$/, 'only letters, digits, dots, dashes')
    .optional(),
  KAFKA_BROKERS: z.string().optional(),
  SCHEMA_REGISTRY_URL: z.url().optional(),
  CLICKHOUSE_URL: z.url().optional(),
  DROVER_CLICKHOUSE_USERS_FILE: z.string().optional(),
  DROVER_REST_URL: z.url().optional(),
  DROVER_TOKENS_FILE: z.string().optional(),
  DROVER_OCPP_URL: z.string().optional(),
  DROVER_STATIONS_FILE: z.string().optional(),
  DROVER_SEP2_URL: z.url().optional(),
  DROVER_SEP2_FILE: z.string().optional(),
  DROVER_OCPP_FILE: z.string().optional(),
  DROVER_VTNS_FILE: z.string().optional(),
  DROVER_LOOPBACK_PORT: z.coerce.number().int().nonnegative().optional(),
  DROVER_CREDENTIALS_DIR: z.string().optional(),
  DROVER_THERMOSTAT_WEBHOOK_PORT: z.coerce.number().int().nonnegative().optional(),
  DROVER_PARTITIONS: z.coerce.number().int().positive().optional(),
  DROVER_CLOCK: z
    .string()
    .regex(/^\d+,\d+,\d+(\.\d+)?$/, 'write it as epochMs,realEpochMs,rate')
    .optional(),
})

/** Where this process finds everything. */
export interface Environment {
  readonly dataDir: string
  readonly node: string
  readonly stack: Stack
  /** JSON file of the OCPP role's settings; it may be missing. */
  readonly ocppFile: string
  readonly clock: Clock
}

function clockFacts(text: string | undefined): Stack['clock'] {
  if (text === undefined) return null
  const [epochMs = 0, realEpochMs = 0, rate = 1] = text.split(',').map(Number)
  return { epochMs, realEpochMs, rate }
}

/** The folder that state is kept in. */
export const dataDirOf = (env: NodeJS.ProcessEnv): string => resolve(env.DROVER_DATA ?? join('.drover', 'data'))

/** Throws one Error that names every variable that is missing or wrong. */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const parsed = variables.safeParse(env)
  if (!parsed.success) throw new Error(`the environment is not sound:\n${z.prettifyError(parsed.error)}`)
  const given = parsed.data
  const dataDir = dataDirOf(env)
  const known = readStack(dataDir)
  const stack = {
    brokers: given.KAFKA_BROKERS ?? known?.brokers,
    registryUrl: given.SCHEMA_REGISTRY_URL ?? known?.registryUrl,
    clickhouseUrl: given.CLICKHOUSE_URL ?? known?.clickhouseUrl,
    clickhouseUsersFile:
      given.DROVER_CLICKHOUSE_USERS_FILE ?? known?.clickhouseUsersFile ?? join(dataDir, 'secrets', 'clickhouse-users.json'),
    restUrl: given.DROVER_REST_URL ?? known?.restUrl,
    tokensFile: given.DROVER_TOKENS_FILE ?? known?.tokensFile ?? join(dataDir, 'secrets', 'tokens.json'),
    ocppUrl: given.DROVER_OCPP_URL ?? known?.ocppUrl ?? 'ws://127.0.0.1:0',
    stationsFile: given.DROVER_STATIONS_FILE ?? known?.stationsFile ?? join(dataDir, 'secrets', 'stations.json'),
    sep2Url: given.DROVER_SEP2_URL ?? known?.sep2Url ?? 'https://127.0.0.1:0',
    sep2File: given.DROVER_SEP2_FILE ?? known?.sep2File ?? join(dataDir, 'secrets', 'sep2', 'settings.json'),
    vtnsFile: given.DROVER_VTNS_FILE ?? known?.vtnsFile ?? join(dataDir, 'vtns.json'),
    loopbackPort: given.DROVER_LOOPBACK_PORT ?? known?.loopbackPort ?? 0,
    credentialsDir: given.DROVER_CREDENTIALS_DIR ?? known?.credentialsDir ?? join(dataDir, 'credentials'),
    thermostatWebhookPort: given.DROVER_THERMOSTAT_WEBHOOK_PORT ?? known?.thermostatWebhookPort ?? 0,
    devicePartitions: given.DROVER_PARTITIONS ?? known?.devicePartitions ?? 6,
    clock: clockFacts(given.DROVER_CLOCK) ?? known?.clock ?? null,
  }
  const names = {
    brokers: 'KAFKA_BROKERS',
    registryUrl: 'SCHEMA_REGISTRY_URL',
    clickhouseUrl: 'CLICKHOUSE_URL',
    restUrl: 'DROVER_REST_URL',
  } as const
  const missing = Object.entries(names).filter(([field]) => stack[field as keyof typeof names] === undefined)
  if (missing.length > 0)
    throw new Error(`no stack runs on ${dataDir}; start one with \`npm run up\`, or set ${missing.map(([, name]) => name).join(', ')}`)
  const facts = stack as Stack
  return {
    dataDir,
    node: given.DROVER_NODE ?? 'local',
    stack: facts,
    ocppFile: given.DROVER_OCPP_FILE ?? join(dataDir, 'ocpp.json'),
    clock: facts.clock ? createClock(facts.clock) : realClock,
  }
}
