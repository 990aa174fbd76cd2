/** Folds enrollment.changes into verdicts and the compacted state of each device; renders templates again when terms change. */
import { added, type Infer, int, list, record, string } from '../../schemas/avro.ts'
import { deviceState, type EnrollmentChange } from '../../schemas/enrollment.ts'
import { type Program, type ProgramVersion, program as programSchema } from '../../schemas/programs.ts'
import { dispatchOrders, enrollmentChanges, enrollmentState, enrollmentVerdicts } from '../../topics/catalogue.ts'
import { versionAt } from '../programs/fold.ts'
import { type Context, defineProcessor, type Store, store } from '../runtime/define.ts'
import { countsOf, credentialCount, credentialWarnings, recount } from './credential-counts.ts'
import { decideChange, RENDERS } from './decide.ts'
import { type Renderers, renderDevice } from './render-templates.ts'

const takenChanges = record('TakenChanges', 'Ids of the changes of one device that were taken, newest last.', {
  changeIds: list(string('Change id.'), 'Newest last.'),
  counts: added(list(string('Key.'), 'Counts of credentials that the device is part of.'), []),
})
/** More than a device has in its life, and still bounded. */
const REMEMBERED_CHANGES = 256

const rendering = record('Rendering', 'How far devices were rendered again after a change of terms.', {
  version: int('Version that templates are to be rendered from.'),
  done: string('Last device that was rendered; empty = none.'),
  open: int('1 while the pass is under way, else 0.'),
})
type Rendering = Infer<typeof rendering>

const outputs = { verdict: enrollmentVerdicts, state: enrollmentState }
const stores = {
  devices: store(deviceState),
  taken: store(takenChanges),
  programs: store(programSchema),
  passes: store(rendering),
  credentials: store(credentialCount),
}
type EnrollmentContext = Context<typeof outputs, typeof stores, Record<never, never>, Record<never, never>>

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

/** The verdict of a change that was taken warns where a credential cannot deliver within the notice. */
function takeChange(context: EnrollmentContext, change: EnrollmentChange, offset: number, renderers: Renderers): void {
  const { nowMs, devicePartitions: partitions } = context
  const { devices, taken, programs, credentials: counts } = context.stores
  const { changeIds, counts: before } = taken.get(change.deviceId) ?? { changeIds: [], counts: [] }
  const versionOf = currentOf(programs, nowMs)
  const { verdict, state } = decideChange(devices.get(change.deviceId), change, offset, { versionOf, renderers, taken: new Set(changeIds) })
  if (!state) {
    context.emit('verdict', verdict)
    return
  }
  const after = countsOf(state, renderers, nowMs)
  recount(counts, before, after)
  const warnings = RENDERS.has(change.kind) ? credentialWarnings(state, { counts, renderers, versionOf, nowMs, partitions }) : []
  context.emit('verdict', { ...verdict, detail: [verdict.detail, ...warnings].filter((words) => words !== '').join('; ') })
  taken.put(change.deviceId, { changeIds: [...changeIds, change.changeId].slice(-REMEMBERED_CHANGES), counts: after })
  devices.put(change.deviceId, state)
  context.emit('state', state)
}

/** The enrollment processor, with the renderers of the protocols that exist. */
export const createEnrollment = (renderers: Renderers) =>
  defineProcessor({
    name: 'enrollment',
    about: 'Folds changes into the state of each device, with its rendered templates.',
    inputs: { change: enrollmentChanges, order: dispatchOrders },
    outputs,
    stores,
    urgent: ['order'],
    on: {
      change: (context, { value: change, offset }) => {
        if (!change) return context.reject('invalidValue', 'a change has a value; deletions are recorded as terminated')
        takeChange(context, change, offset, renderers)
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
