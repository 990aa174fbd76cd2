/** Folds programs.changes into the compacted view of all versions; contradictory terms are put aside with every fault named. */
import { programChange, program as programSchema } from '../../schemas/programs.ts'
import { programsChanges, programsView } from '../../topics/catalogue.ts'
import { defineProcessor, store } from '../runtime/define.ts'
import { foldProgram } from './fold.ts'
import { findContradictions } from './validate.ts'

export const programs = defineProcessor({
  name: 'programs',
  about: 'Folds versions of program terms.',
  inputs: { change: programsChanges },
  outputs: { program: programsView },
  stores: { known: store(programSchema), taken: store(programChange) },
  on: {
    change: (context, { value: change, offset }) => {
      if (!change) return context.reject('invalidValue', 'a version of terms has a value; deletions are recorded as withdrawn')
      if (context.stores.taken.get(change.changeId)) return
      const faults = findContradictions(change.terms)
      if (faults.length > 0) return context.reject('invalidValue', faults.join('; '), `programs/${change.programId}`)
      const program = foldProgram(context.stores.known.get(change.programId), change, offset)
      context.stores.taken.put(change.changeId, change)
      context.stores.known.put(change.programId, program)
      context.emit('program', program)
    },
  },
})
