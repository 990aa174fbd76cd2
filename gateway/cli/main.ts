/** The `drover` command. */
import { Command } from 'commander'
import { addDeviceCommands } from './commands/devices.ts'
import { addEnrollCommands } from './commands/enroll.ts'
import { addEventCommands } from './commands/event.ts'
import { addExplainCommand } from './commands/explain.ts'
import { addHoldCommands } from './commands/hold.ts'
import { addProgramCommands } from './commands/programs.ts'
import { addReplayCommand } from './commands/replay.ts'
import { addRunCommand } from './commands/run.ts'
import { addSkipCommand } from './commands/skip.ts'
import { addSqlCommand } from './commands/sql.ts'
import { addStateCommand } from './commands/state.ts'
import { addTelemetryCommands } from './commands/telemetry.ts'
import { addTopicCommands } from './commands/topics.ts'
import { readEnvironment } from './environment.ts'
import { createSession } from './session.ts'

const program = new Command('drover')
  .description('Demand response on Kafka: events to devices, telemetry to settlement.')
  .configureHelp({ sortSubcommands: true })
  .showHelpAfterError('(--help says more)')

const abort = new AbortController()
process.once('SIGINT', () => abort.abort(new Error('stopped')))
process.once('SIGTERM', () => abort.abort(new Error('stopped')))

const session = createSession(() => readEnvironment(process.env), abort.signal)
for (const add of [
  addDeviceCommands,
  addEnrollCommands,
  addEventCommands,
  addExplainCommand,
  addHoldCommands,
  addProgramCommands,
  addReplayCommand,
  addRunCommand,
  addSkipCommand,
  addSqlCommand,
  addStateCommand,
  addTelemetryCommands,
  addTopicCommands,
]) {
  add(program, session)
}

try {
  await program.parseAsync()
} catch (error) {
  console.error(`drover: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = abort.signal.aborted ? 130 : 1
} finally {
  await session.close()
}
