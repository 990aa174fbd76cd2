/** `drover devices`: connection, last telemetry, last command of each device, the releases that are owed, and what credentials can carry. */
import { type Command, Option } from 'commander'
import { protocols } from '../../../connectors/registry.ts'
import { versionAt } from '../../../processors/programs/fold.ts'
import { protocol } from '../../../schemas/common.ts'
import { enrollmentState, programsView } from '../../../topics/catalogue.ts'
import { addCertificateCommands } from '../devices/certify.ts'
import { createCredentialTally, describeCredential } from '../devices/credentials.ts'
import { type Heard, readHeard, type Which } from '../devices/heard.ts'
import { createListing } from '../devices/listing.ts'
import { type FleetSource, readFleet } from '../devices/read.ts'
import { openRawLog, type RawLog } from '../log/raw-log.ts'
import { readTable } from '../log/read-table.ts'
import type { Session } from '../session.ts'

interface Options {
  readonly device?: string
  readonly protocol?: string
  readonly program?: string
  readonly owed?: boolean
  readonly credentials?: boolean
  readonly json?: boolean
}

/** Something that an operator has to look after was found. */
const FOUND_TROUBLE = 2

const HELP = `
The fleet is read partition by partition, and told as it is read; ids ascend within a partition.
The clock of a device is judged by its readings of the last day against their receipt, as far as analytics answers.

Exit status: 0 = told; 1 = something could not be read; 2 = with --owed: releases are owed, with --credentials: one cannot deliver within the notice.`

/** Analytics that does not answer is told of once, and not asked again. */
function askHeard(session: Session, nowMs: number): (which: Which) => Promise<ReadonlyMap<string, Heard> | undefined> {
  let isSilent = false
  return async (which) => {
    if (isSilent) return undefined
    try {
      return await readHeard(session.clickhouse(), which, nowMs)
    } catch (error) {
      isSilent = true
      const words = error instanceof Error ? error.message : String(error)
      console.error(`analytics does not answer (${words}); telling what the log's own tables know`)
      return undefined
    }
  }
}

async function listDevices(session: Session, log: RawLog, options: Options): Promise<void> {
  const { stack, clock } = session.environment()
  const nowMs = clock.nowMs()
  const source: FleetSource = {
    log,
    schemas: session.schemas(),
    devicePartitions: stack.devicePartitions,
    nowMs,
    heard: askHeard(session, nowMs),
  }
  const listing = createListing(options, (line) => console.log(line))
  for await (const devices of readFleet(source, options.device)) listing.add(devices)
  const { owing } = listing.end()
  if (options.owed && owing > 0) process.exitCode = FOUND_TROUBLE
}

async function listCredentials(session: Session, log: RawLog, { json, protocol: only }: Options): Promise<void> {
  const { stack, clock } = session.environment()
  const schemas = session.schemas()
  const programs = await readTable(programsView, { log, schemas, partition: null })
  const noticeOf = (programId: string): number | undefined => {
    const program = programs.get(programId)
    return program && versionAt(program, clock.nowMs())?.terms.noticeS
  }
  const tally = createCredentialTally(protocols.renderers, noticeOf, clock.nowMs())
  for (let partition = 0; partition < stack.devicePartitions; partition++)
    for (const device of (await readTable(enrollmentState, { log, schemas, partition })).values()) tally.take(device)
  const rows = tally.rows().filter((row) => only === undefined || row.protocol === only)
  if (json) console.log(JSON.stringify(rows))
  else for (const row of rows) console.log(describeCredential(row))
  const slow = rows.filter(({ suffices }) => !suffices).length
  if (!json)
    console.log(
      slow === 0 ? `${rows.length} credentials with a quota, all suffice` : `${rows.length} credentials with a quota, ${slow} TOO SLOW`,
    )
  if (slow > 0) process.exitCode = FOUND_TROUBLE
}

export function addDeviceCommands(program: Command, session: Session): void {
  const kinds = protocol.shape.of === 'enum' ? protocol.shape.symbols : []
  const devices = program
    .command('devices')
    .description('connection, last telemetry, last command and what became of it')
    .option('--device <id>', 'this one only')
    .addOption(new Option('--protocol <name>', 'only devices of this protocol').choices(kinds))
    .option('--program <id>', 'only devices that are in this program now')
    .option('--owed', 'only devices that have not confirmed a release')
    .addOption(
      new Option('--credentials', 'instead: devices of each credential, calls and minutes to command them, least notice').conflicts([
        'device',
        'program',
        'owed',
      ]),
    )
    .option('--json', 'as one JSON array')
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      const log = openRawLog({ brokers: session.environment().stack.brokers, name: 'drover.devices', signal: session.signal })
      try {
        await (options.credentials ? listCredentials : listDevices)(session, log, options)
      } finally {
        await log.close()
      }
    })
  addCertificateCommands(devices, session)
}
