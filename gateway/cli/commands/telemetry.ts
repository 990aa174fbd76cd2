/** `drover telemetry`: bring in history from a file. */
import type { Command } from 'commander'
import { createTeller } from '../progress.ts'
import { readableFile } from '../readable-file.ts'
import type { Session } from '../session.ts'
import { NARROW_COLUMNS, WIDE_COLUMNS } from '../telemetry/csv-form.ts'
import { type ImportCounts, type Imported, importTelemetry } from '../telemetry/import.ts'
import { waitForIntervals } from '../telemetry/wait-for-intervals.ts'

const describe = ({ rows, blocks, intervals, empty, broken }: ImportCounts): string =>
  [`${rows} rows`, `${intervals} intervals in ${blocks} records`, `${empty} rows empty`, `${broken} rows broken`].join(', ')

interface Options {
  readonly json?: boolean
  readonly wait?: boolean
}

async function importFile(session: Session, file: string, options: Options): Promise<Imported> {
  const tell = createTeller(options.json === true)
  const imported = await importTelemetry({
    file,
    writer: await session.writer(),
    nowMs: session.environment().clock.nowMs(),
    signal: session.signal,
    onBroken: (words) => console.error(words),
    onProgress: (done, share) => tell(() => `${Math.floor(share * 100)} %: ${describe(done)}`),
  })
  if (!imported.complete)
    throw new Error(`stopped after ${describe(imported.counts)}; they are durable, and importing the file again is harmless`)
  if (options.wait) await waitForIntervals(session, imported.lastOffsets, (words) => tell(() => words))
  return imported
}

export function addTelemetryCommands(program: Command, session: Session): void {
  program
    .command('telemetry')
    .description('readings of devices and meters')
    .command('import')
    .description('import interval energies from a CSV file; the same file twice changes nothing')
    .argument('<file>', `CSV with a header, in whole Wh; columns: ${WIDE_COLUMNS}; or ${NARROW_COLUMNS}`, readableFile)
    .option('--wait', 'until the intervals are out, not only until the rows are durable')
    .option('--json', 'the counts as JSON')
    .action(async (file: string, options: Options) => {
      const { counts } = await importFile(session, file, options)
      console.log(options.json ? JSON.stringify(counts) : `${describe(counts)}; ${options.wait ? 'intervals are out' : 'durable'}`)
      if (counts.broken > 0) process.exitCode = 1
    })
}
