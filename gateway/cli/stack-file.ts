/** The facts of a running stack, as a file in its data folder, so that the CLI finds what `npm run up` started. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const stackSchema = z.object({
  brokers: z.string().min(1),
  registryUrl: z.url(),
  clickhouseUrl: z.url(),
  /** JSON file of ClickHouse users and passwords; see gateway/analytics. */
  clickhouseUsersFile: z.string(),
  restUrl: z.url(),
  /** JSON file of REST tokens and their scopes. */
  tokensFile: z.string(),
  ocppUrl: z.string(),
  /** JSON file of the password that charging stations share, or of one for each. */
  stationsFile: z.string(),
  /** Where clients of IEEE 2030.5 connect to, without a path. */
  sep2Url: z.url(),
  /** JSON file of its certificates and settings; see gateway/sep2. */
  sep2File: z.string(),
  /** JSON file of the VTNs to poll. */
  vtnsFile: z.string(),
  loopbackPort: z.number().int().nonnegative(),
  /** Folder with a JSON file for each credential of a vendor cloud. */
  credentialsDir: z.string(),
  /** Where thermostat vendors send their messages. */
  thermostatWebhookPort: z.number().int().nonnegative(),
  devicePartitions: z.number().int().positive(),
  clock: z.object({ epochMs: z.number(), realEpochMs: z.number(), rate: z.number().positive() }).nullable(),
})
export type Stack = z.infer<typeof stackSchema>

const fileOf = (dataDir: string) => join(dataDir, 'stack.json')

/** The stack that runs on this data folder; undefined when none was started. Throws naming the field when the file is damaged. */
export function readStack(dataDir: string): Stack | undefined {
  if (!existsSync(fileOf(dataDir))) return undefined
  const parsed = stackSchema.safeParse(JSON.parse(readFileSync(fileOf(dataDir), 'utf8')))
  if (!parsed.success) throw new Error(`${fileOf(dataDir)}: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

export function writeStack(dataDir: string, stack: Stack): void {
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(`${fileOf(dataDir)}.new`, `${JSON.stringify(stack, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${fileOf(dataDir)}.new`, fileOf(dataDir))
}

export const removeStack = (dataDir: string): void => rmSync(fileOf(dataDir), { force: true })
