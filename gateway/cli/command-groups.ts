/** Every command by the first word of it, and where it is; only what is called is loaded, since the whole product takes a second to load. */
import type { Command } from 'commander'
import type { Session } from './session.ts'

type Add = (program: Command, session: Session) => void

const groups: Readonly<Record<string, () => Promise<Add>>> = {
  devices: () => import('./commands/devices.ts').then((module) => module.addDeviceCommands),
  enroll: () => import('./commands/enroll.ts').then((module) => module.addEnrollCommands),
  event: () => import('./commands/event.ts').then((module) => module.addEventCommands),
  explain: () => import('./commands/explain.ts').then((module) => module.addExplainCommand),
  hold: () => import('./commands/hold.ts').then((module) => module.addHoldCommand),
  programs: () => import('./commands/programs.ts').then((module) => module.addProgramCommands),
  replay: () => import('./commands/replay.ts').then((module) => module.addReplayCommand),
  run: () => import('./commands/run.ts').then((module) => module.addRunCommand),
  signals: () => import('./commands/signals.ts').then((module) => module.addSignalCommands),
  skip: () => import('./commands/skip.ts').then((module) => module.addSkipCommand),
  sql: () => import('./commands/sql.ts').then((module) => module.addSqlCommand),
  state: () => import('./commands/state.ts').then((module) => module.addStateCommand),
  statements: () => import('./commands/statements.ts').then((module) => module.addStatementCommand),
  telemetry: () => import('./commands/telemetry.ts').then((module) => module.addTelemetryCommands),
  topics: () => import('./commands/topics.ts').then((module) => module.addTopicCommands),
  unhold: () => import('./commands/hold.ts').then((module) => module.addUnholdCommand),
}

/** Adds the command that `word` begins, or all of them where no command begins with it. */
export async function addCommands(word: string | undefined, program: Command, session: Session): Promise<void> {
  const named = word === undefined ? undefined : groups[word]
  for (const load of named ? [named] : Object.values(groups)) (await load())(program, session)
}
