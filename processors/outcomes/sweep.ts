/** Looks for commands whose time has come without an answer, in walks over all devices that start on ticks. */
import { boolean, type Infer, long, record, string } from '../../schemas/avro.ts'

export const sweep = record('Sweep', 'When silence is judged next, and how far a walk under way came.', {
  nextMs: long('Earliest time at which some command is due, epoch ms UTC; 0 = none.'),
  running: boolean('True: a walk is under way.'),
  cursor: string('Last device seen; empty = none.'),
})
export type Sweep = Infer<typeof sweep>

export const AT_REST: Sweep = { nextMs: 0, running: false, cursor: '' }

/** Walks start this far apart at least, so that commands due at about the same time are judged in one. */
const GRID_MS = 15_000

/** The sweep once a command is due at `dueMs`; the same object when that changes nothing. */
export function awaitDue(before: Sweep, dueMs: number): Sweep {
  if (dueMs === 0) return before
  const atMs = Math.ceil(dueMs / GRID_MS) * GRID_MS
  return before.nextMs === 0 || atMs < before.nextMs ? { ...before, nextMs: atMs } : before
}

export const isDue = ({ nextMs, running }: Sweep, nowMs: number): boolean => !running && nextMs !== 0 && nextMs <= nowMs

/** A walk starts; what comes due later is noted anew on the way. */
export const start = (): Sweep => ({ nextMs: 0, running: true, cursor: '' })
