/** The programs that orders told of, kept by a processor that needs their terms. */
import { type Infer, of, record } from '../../schemas/avro.ts'
import type { DispatchOrder } from '../../schemas/dispatch.ts'
import { type Program, program } from '../../schemas/programs.ts'
import type { Store } from '../runtime/define.ts'

export const knownProgram = record('KnownProgram', 'A program as orders told of it.', { program: of(program, 'All its versions.') })
export type KnownProgram = Infer<typeof knownProgram>

/** Folds the programs of an order. */
export function keepPrograms(store: Store<KnownProgram>, order: DispatchOrder | null): void {
  for (const told of order?.programs ?? []) store.put(told.programId, { program: told })
}

export function programIn(store: Store<KnownProgram>): (programId: string) => Program | undefined {
  return (programId) => store.get(programId)?.program
}
