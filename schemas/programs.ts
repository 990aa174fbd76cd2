/** Records of programs: immutable changes, and the compacted view of all versions. */
import { boolean, type Infer, int, list, long, of, optional, record, string } from './avro.ts'
import { programTerms } from './program-terms.ts'

export const programChange = record('ProgramChange', 'A version of a program was recorded.', {
  changeId: string('De-duplicates: the same id is taken once.'),
  programId: string('Program.'),
  terms: of(programTerms, 'The whole terms from effectiveFromMs on.'),
  effectiveFromMs: long('First instant at which these terms hold, epoch ms UTC.'),
  withdrawn: boolean('True: from effectiveFromMs on the program takes no events.'),
  recordedBy: string('Opaque id of who recorded it.'),
  reason: string('Why.'),
  source: optional(string('File, or request, that it came from.')),
})
export type ProgramChange = Infer<typeof programChange>

export const programVersion = record('ProgramVersion', 'Terms from one instant on.', {
  version: int('Counts from 1.'),
  changeOffset: long('Offset of the change on programs.changes.'),
  effectiveFromMs: long('First instant, epoch ms UTC.'),
  withdrawn: boolean('True: no events.'),
  terms: of(programTerms, 'The terms.'),
})
export type ProgramVersion = Infer<typeof programVersion>

export const program = record('Program', 'All versions of a program, by effectiveFromMs.', {
  programId: string('Program.'),
  versions: list(programVersion, 'Versions, earliest first.'),
})
export type Program = Infer<typeof program>
