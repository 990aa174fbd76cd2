/** `drover programs`: record versions of program terms, and nominations, from files. */
import type { Command } from 'commander'
import { findContradictions } from '../../../processors/programs/validate.ts'
import { fromJson } from '../../../schemas/from-json.ts'
import type { ProgramTerms } from '../../../schemas/program-terms.ts'
import { type Program, type ProgramChange, programChange } from '../../../schemas/programs.ts'
import { dispatchOrders, programsChanges, programsView, settlementNominations } from '../../../topics/catalogue.ts'
import { hashId } from '../../../topics/ids.ts'
import { NOMINATION_COLUMNS, readNominationFile } from '../programs/nominations.ts'
import { readJson } from '../read-json.ts'
import { readableFile } from '../readable-file.ts'
import type { Session } from '../session.ts'
import { readAll, waitFor } from '../wait-for.ts'

/** Reads a file of one version, or a list of versions. Throws with every fault of the file at once. */
export function readProgramFile(file: string, nowMs: number): readonly ProgramChange[] {
  const json = readJson(file)
  const faults: string[] = []
  const changes = (Array.isArray(json) ? json : [json]).flatMap((item: unknown, index) => {
    const place = Array.isArray(json) ? `${file}[${index}]` : file
    const defaults = {
      changeId: hashId('programs apply', JSON.stringify(item)),
      effectiveFromMs: nowMs,
      withdrawn: false,
      recordedBy: 'cli',
      reason: 'programs apply',
      source: file,
    }
    const parsed = fromJson(programChange, typeof item === 'object' && item !== null ? { ...defaults, ...item } : item)
    const found = parsed.ok ? findContradictions(parsed.value.terms).map((fault) => `terms.${fault}`) : parsed.faults
    faults.push(...found.map((fault) => `${place}: ${fault}`))
    return parsed.ok ? [parsed.value] : []
  })
  if (faults.length > 0) throw new Error(`the terms are not sound:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
  return changes
}

/** Resolves when every device partition knows the terms, so that enrollments that follow are not refused. */
async function apply(session: Session, changes: readonly ProgramChange[]): Promise<void> {
  const { devicePartitions } = session.environment().stack
  const placeOf = (programId: string, terms: ProgramTerms, partition: number) => `${programId} ${partition} ${JSON.stringify(terms)}`
  const partitions = Array.from({ length: devicePartitions }, (_, partition) => partition)
  const missing = new Set(changes.flatMap(({ programId, terms }) => partitions.map((partition) => placeOf(programId, terms, partition))))
  const writer = await session.writer()
  await Promise.all(changes.map((change) => writer.append(programsChanges, change)))
  await waitFor(session, [dispatchOrders], 'beginning', ({ value: order, partition }) => {
    for (const { programId, versions } of order?.programs ?? [])
      for (const { terms } of versions) missing.delete(placeOf(programId, terms, partition))
    return missing.size === 0
  })
}

/** The time that the file is judged by is the time of receipt on the log, by which settlement judges. */
async function nominate(session: Session, file: string, actorId: string): Promise<string> {
  const programs = new Map<string, Program>()
  await readAll(session, [programsView], 'beginning', ({ value }) => value && programs.set(value.programId, value))
  const nowMs = session.environment().clock.nowMs()
  const nominations = await readNominationFile(file, { programOf: (programId) => programs.get(programId), actorId, nowMs })
  const writer = await session.writer()
  await Promise.all(nominations.map((nomination) => writer.append(settlementNominations, nomination, { timestampMs: nowMs })))
  return `${nominations.length} nominations recorded`
}

export function addProgramCommands(program: Command, session: Session): void {
  const group = program.command('programs').description('terms of programs')
  group
    .command('apply')
    .description('record versions of terms; the same file twice changes nothing')
    .argument('<file>', 'JSON: one version, or a list', readableFile)
    .action(async (file: string) => {
      const changes = readProgramFile(file, session.environment().clock.nowMs())
      await apply(session, changes)
      console.log(`${changes.map(({ programId }) => programId).join(', ')}: known to every partition`)
    })
  group
    .command('nominate')
    .description('record what units promise to deliver; the same period again is replaced until it is frozen')
    .argument('<file>', `CSV with a header; columns (? = optional): ${NOMINATION_COLUMNS}; times in ISO 8601 with a zone`, readableFile)
    .option('--actor <id>', 'opaque id of who nominates', 'cli')
    .action(async (file: string, options: { actor: string }) => {
      console.log(await nominate(session, file, options.actor))
    })
}
