/** Folds changes of a program into all its versions, and finds the one in force. */
import type { Program, ProgramChange, ProgramVersion } from '../../schemas/programs.ts'

/** A change recorded later replaces what held from its effective time on, and only the versions that start at that very time. */
export function foldProgram(program: Program | undefined, change: ProgramChange, changeOffset: number): Program {
  const earlier = program?.versions ?? []
  const version: ProgramVersion = {
    version: Math.max(0, ...earlier.map((known) => known.version)) + 1,
    changeOffset,
    effectiveFromMs: change.effectiveFromMs,
    withdrawn: change.withdrawn,
    terms: change.terms,
  }
  const versions = [...earlier.filter((known) => known.effectiveFromMs !== change.effectiveFromMs), version]
  return { programId: change.programId, versions: versions.sort((a, b) => a.effectiveFromMs - b.effectiveFromMs) }
}

/** The version in force at an instant; undefined before the first one. */
export function versionAt(program: Program, atMs: number): ProgramVersion | undefined {
  return program.versions.findLast((version) => version.effectiveFromMs <= atMs)
}
