/** The `drover` command. */
import { Command } from 'commander'
import { codeVersion } from './code-version.ts'
import { addCommands } from './command-groups.ts'
import { readEnvironment } from './environment.ts'
import { createSession } from './session.ts'

const program = new Command('drover')
  .description('Demand response on Kafka: events to devices, telemetry to settlement.')
  .configureHelp({ sortSubcommands: true })
  .version(codeVersion, '--version')
  .showHelpAfterError('(--help says more)')

const abort = new AbortController()
process.once('SIGINT', () => abort.abort(new Error('stopped')))
process.once('SIGTERM', () => abort.abort(new Error('stopped')))

const session = createSession(() => readEnvironment(process.env), abort.signal)
try {
  await addCommands(process.argv[2], program, session)
  await program.parseAsync()
} catch (error) {
  console.error(`drover: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = abort.signal.aborted ? 130 : 1
} finally {
  await session.close()
}
// A role that failed half-way may have left something open that would keep the process alive, silent, for ever.
if (process.exitCode) process.exit()
