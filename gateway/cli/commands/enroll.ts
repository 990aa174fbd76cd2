/** `drover enroll`: register and enroll devices from a file. */
import type { Command } from 'commander'
import { COLUMNS } from '../enroll/csv-row.ts'
import { type ImportCounts, importEnrollment } from '../enroll/import.ts'
import { readableFile } from '../readable-file.ts'
import type { Session } from '../session.ts'

/** Refused changes that are told one by one. */
const MOST_TOLD = 20

const describe = ({ rows, changes, accepted, refused, broken }: ImportCounts): string => {
  const reasons = Object.entries(refused).map(([reason, count]) => `${count} ${reason}`)
  return `${rows} rows, ${changes} changes: ${[`${accepted} accepted`, ...reasons, `${broken} rows broken`].join(', ')}`
}

export function addEnrollCommands(program: Command, session: Session): void {
  program
    .command('enroll')
    .description('registry of devices')
    .command('import')
    .description('register and enroll the devices of a CSV file; the same file twice changes nothing')
    .argument('<file>', `CSV with a header; columns (? = optional): ${COLUMNS}, extra.*`, readableFile)
    .option('--json', 'the counts as JSON')
    .option('--actor <id>', 'opaque id of who imports', 'cli')
    .action(async (file: string, options: { json?: boolean; actor: string }) => {
      let lastMs = 0
      let refused = 0
      const counts = await importEnrollment({
        file,
        writer: await session.writer(),
        reader: session.reader(),
        actorId: options.actor,
        nowMs: session.environment().clock.nowMs(),
        signal: session.signal,
        onBroken: (words) => console.error(words),
        onRefused: (words) => {
          refused += 1
          if (refused <= MOST_TOLD) console.error(words)
        },
        onProgress: (done) => {
          if (options.json || Date.now() - lastMs < 1000) return
          lastMs = Date.now()
          console.log(describe(done))
        },
      })
      console.log(options.json ? JSON.stringify(counts) : describe(counts))
      for (const { words, changes } of Object.values(counts.warnings)) console.error(`warning: ${words} (${changes} changes)`)
      if (refused > MOST_TOLD) console.error(`… and ${refused - MOST_TOLD} more refused changes; drover explain tells of each device`)
      if (counts.broken > 0 || refused > 0) process.exitCode = 1
    })
}
