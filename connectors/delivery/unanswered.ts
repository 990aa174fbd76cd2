/** Remembers commands that were given up waiting for, so that a late answer finds its command. */
import type { Command } from '../../schemas/dispatch.ts'

export interface Unanswered {
  add(command: Command): void
  /** Once only. */
  take(commandId: string): Command | undefined
}

const MOST = 10_000

export function createUnanswered(): Unanswered {
  const commands = new Map<string, Command>()
  return {
    add(command) {
      commands.set(command.commandId, command)
      for (const oldest of commands.keys()) if (commands.size > MOST) commands.delete(oldest)
    },
    take(commandId) {
      const command = commands.get(commandId)
      commands.delete(commandId)
      return command
    },
  }
}
