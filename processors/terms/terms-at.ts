/** The terms of a program that hold at an instant. */
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import type { Program } from '../../schemas/programs.ts'

/** Of the versions in force at `atMs` the latest; before the first version, that one, since history is metered by the first terms. */
export function termsAt(program: Program, atMs: number): ProgramTerms | undefined {
  let found = program.versions[0]
  for (const version of program.versions) if (version.effectiveFromMs <= atMs) found = version
  return found?.terms
}
