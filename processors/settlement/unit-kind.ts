/** The kinds of unit that a program may settle. */
import type { ProgramTerms } from '../../schemas/program-terms.ts'

export type SettledUnit = ProgramTerms['settledUnit']
