/** Keeps the programs that are known, with all versions of their terms. */
import type { LogReader } from '../../processors/runtime/log.ts'
import type { Program } from '../../schemas/programs.ts'
import { programsView } from '../../topics/catalogue.ts'

export interface ProgramBook {
  programOf(programId: string): Program | undefined
  stop(): Promise<void>
}

/** Settles once everything that was on the log at the start is known. */
export async function openProgramBook(reader: LogReader): Promise<ProgramBook> {
  const programs = new Map<string, Program>()
  const following = await reader.follow([programsView], 'beginning', (records) => {
    for (const { value } of records) if (value) programs.set(value.programId, value)
  })
  await following.caughtUp
  return { programOf: (programId) => programs.get(programId), stop: following.stop }
}
