/** Folds enrollment.changes into verdicts and the compacted state of each device; renders templates again when terms change. */
import { type Infer, int, list, record, string } from '../../schemas/avro.ts'
import { deviceState } from '../../schemas/enrollment.ts'
import { type Program, type ProgramVersion, program as programSchema } from '../../schemas/programs.ts'
import { dispatchOrders, enrollmentChanges, enrollmentState, enrollmentVerdicts } from '../../topics/catalogue.ts'
import { versionAt } from '../programs/fold.ts'
import { defineProcessor, type Store, store } from '../runtime/define.ts'
import { decideChange } from './decide.ts'
import { type Renderers, renderDevice } from './render-templates.ts'

const takenChanges = record('TakenChanges', 'Ids of the changes of one device that were taken, newest last.', {
  changeIds: list(string('Change id.'), 'Newest last.'),
})
/** More than a device has in its life, and still bounded. */
const REMEMBERED_CHANGES = 256

const rendering = record('Rendering', 'How far devices were rendered again after a change of terms.', {
  version: int('Version that templates are to be rendered from.'),
  done: string('Last device that was rendered; empty = none.'),
  open: int('1 while the pass is under way, else 0.'),
})
type Rendering = Infer<typeof rendering>

const currentOf =
  (programs: Store<Program>, nowMs: number) =>
  (programId: string): ProgramVersion | undefined => {
    const program = programs.get(programId)
    return program && versionAt(program, nowMs)
  }

/** Starts a pass for every program whose version in force is not the one that templates were rendered from. */
function startPasses(programs: Store<Program>, passes: Store<Rendering>, nowMs: number): void {
  for (const [programId, program] of programs.entries()) {
    const version = versionAt(program, nowMs)?.version
    if (version !== undefined && passes.get(programId)?.version !== version) passes.put(programId, { version, done: '', open: 1 })
  }
}

/** The enrollment processor, with the renderers of the protocols that exist. */
export const createEnrollment = (renderers: Renderers) =>
  defineProcessor({
    name: 'enrollment',
    about: 'Folds changes into the state of each device, with its rendered templates.',
    inputs: { change: enrollmentChanges, order: dispatchOrders },
    outputs: { verdict: enrollmentVerdicts, state: enrollmentState },
    stores: { devices: store(deviceState), taken: store(takenChanges), programs: store(programSchema), passes: store(rendering) },
    urgent: ['order'],
    on: {
      change: (context, { value: change, offset }) => {
        if (!change) return context.reject('invalidValue', 'a change has a value; deletions are recorded as terminated')
        const { devices, taken, programs } = context.stores
        const before = taken.get(change.deviceId)?.changeIds ?? []
        const around = { versionOf: currentOf(programs, context.nowMs), renderers, taken: new Set(before) }
        const { verdict, state } = decideChange(devices.get(change.deviceId), change, offset, around)
        context.emit('verdict', verdict)
        if (!state) return
        taken.put(change.deviceId, { changeIds: [...before, change.changeId].slice(-REMEMBERED_CHANGES) })
        devices.put(change.deviceId, state)
        context.emit('state', state)
      },
      order: (context, { value: order }) => {
        for (const program of order?.programs ?? []) context.stores.programs.put(program.programId, program)
        startPasses(context.stores.programs, context.stores.passes, context.nowMs)
      },
    },
    onTick: ({ stores: { programs, passes }, nowMs }) => startPasses(programs, passes, nowMs),
    work: (context, budget) => {
      const { devices, programs, passes } = context.stores
      const open = passes.entries().find(([, pass]) => pass.open === 1)
      if (!open) return false
      const [programId, pass] = open
      const chunk = devices.entries(pass.done || undefined, budget)
      for (const [deviceId, known] of chunk) {
        if (!known.enrollments.some((enrollment) => enrollment.programId === programId && enrollment.termsVersion !== pass.version))
          continue
        const { state } = renderDevice(known, currentOf(programs, context.nowMs), renderers)
        devices.put(deviceId, state)
        context.emit('state', state)
      }
      const more = chunk.length === budget
      passes.put(programId, { ...pass, done: chunk.at(-1)?.[0] ?? pass.done, open: more ? 1 : 0 })
      return more || passes.entries().some(([, other]) => other.open === 1)
    },
  })
