/** Gathers the turns of all tasks into one transaction, commits it, and deals with what went wrong. */

import type { JournalEntry } from '../../../schemas/runtime.ts'
import { runtimeJournal } from '../../../topics/catalogue.ts'
import type { Codec } from '../../../topics/codec.ts'
import { journalOutput, needsJournal } from '../journal.ts'
import { ask } from './asking.ts'
import { type Member, newTask } from './member.ts'
import { restoreSlots } from './restoring.ts'
import { resetSlot, type Slot } from './slot.ts'
import { type OpenTransaction, openTransaction, type Written } from './transaction.ts'
import { hasWork, type Turn, TurnFault, takeTurn } from './turn.ts'

/** Turns that belong to one transaction; all of them saw the same time. */
export interface Batch {
  readonly turns: readonly Turn[]
  /** Tasks that have to be stopped. */
  readonly faults: readonly TurnFault[]
  /** Whether some pass has more to do, or some task took all the records that it may. */
  readonly hasMore: boolean
}

/** Hands the outputs of turns to the client, each as soon as the transaction before is committed: the broker takes them while the next task decides. */
export interface Handover {
  offer(turn: Turn, nowMs: number): void
  /** The transaction with everything that was offered. */
  close(): OpenTransaction
}

/** `isFree`: whether the transaction before is committed. */
export function createHandover(member: Member, isFree: () => boolean): Handover {
  const { producer, consumer, setup } = member
  const codec = setup.codecs.of(runtimeJournal.name) as Codec<JournalEntry>
  const waiting: Written[] = []
  let transaction: OpenTransaction | undefined

  function close(): OpenTransaction {
    transaction ??= openTransaction({ producer, consumer, codeVersion: setup.codeVersion })
    for (const written of waiting.splice(0)) transaction.write(written)
    return transaction
  }

  return {
    offer({ slot: { task }, effects }, nowMs) {
      const journal = journalOutput(task, effects, nowMs, setup.codeVersion, codec)
      waiting.push({ taskId: task.id, outputs: [...effects.outputs, journal] })
      if (isFree()) close()
    },
    close,
  }
}

/** A turn with more outputs, or of more ms, lets the event loop run before the next task's. */
const LONG_TURN_OUTPUTS = 100
const LONG_TURN_MS = 15

/** Gives every task that has something to do its turn. A task's fault is its own; the others go on. */
export async function takeTurns(member: Member, handover: Handover): Promise<Batch> {
  const { setup } = member
  const isTickDue = performance.now() >= member.nextTickAt
  if (isTickDue) member.nextTickAt = performance.now() + setup.limits.tickMs
  const nowMs = setup.clock.nowMs()
  const busy = [...member.slots.values()].filter((slot) => hasWork(slot, isTickDue))
  const share = (total: number): number => Math.max(1, Math.floor(total / busy.length))
  const options = { nowMs, isTickDue, inputs: share(setup.limits.inputs), work: share(setup.limits.work) }
  const parts = { schemas: setup.schemas, codecOf: setup.codecs.of, skips: member.skips }
  const turns: Turn[] = []
  const faults: TurnFault[] = []
  for (const slot of busy) {
    const startedAt = performance.now()
    try {
      const turn = await takeTurn(slot, options, parts)
      turns.push(turn)
      if (needsJournal(turn.effects)) handover.offer(turn, nowMs)
    } catch (error) {
      if (!(error instanceof TurnFault)) throw error
      faults.push(error)
    }
    const isLong = performance.now() - startedAt > LONG_TURN_MS || (turns.at(-1)?.effects.outputs.length ?? 0) > LONG_TURN_OUTPUTS
    if (isLong) await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    turns: turns.filter(({ effects }) => needsJournal(effects)),
    faults,
    hasMore: turns.some(({ slot, inputs }) => slot.mayWork || inputs >= options.inputs),
  }
}

/**
 * Next offsets of the lanes that moved, and of one lane of every other task with a turn. Offsets that are refused are what fences a process whose
 * partitions moved; and whoever takes a task over waits while one of its offsets is pending, until the changes of this transaction can be read as well.
 */
function offsetsOf({ turns }: Batch): { topic: string; partition: number; offset: number }[] {
  return turns.flatMap((turn) => {
    const positions = [...turn.positions].filter(([, offset]) => offset >= 0)
    const moved = positions.filter(([lane, offset]) => offset !== lane.committed())
    return (moved.length > 0 ? moved : positions.slice(0, 1)).map(([{ topic, partition }, offset]) => ({ topic, partition, offset }))
  })
}

/** A commit under way. */
export interface Committing {
  /** All outputs are with the client: the event loop is free while they are sent. Also resolves when that failed. */
  readonly produced: Promise<void>
  /** True = committed. After an abort the tasks touched are being restored. */
  readonly done: Promise<boolean>
}

export function commitBatch(member: Member, batch: Batch, transaction: OpenTransaction): Committing {
  let onProduced = (): void => {}
  const produced = new Promise<void>((resolve) => {
    onProduced = resolve
  })
  const done = finishBatch(member, batch, transaction, onProduced)
  done.catch(() => {}).then(onProduced)
  return { produced, done }
}

async function finishBatch(member: Member, batch: Batch, transaction: OpenTransaction, onProduced: () => void): Promise<boolean> {
  const startedAt = performance.now()
  const { setup } = member
  const abort = await transaction.commit(offsetsOf(batch), onProduced)
  if (abort) {
    setup.events.aborted?.(abort)
    undo(member, batch)
    return false
  }
  for (const { slot, effects, positions } of batch.turns) {
    for (const [lane, offset] of positions) lane.commitTo(offset)
    ask(member, slot, effects.questions)
  }
  resumeLanes(member)
  setup.events.committed?.({
    inputs: batch.turns.reduce((sum, { inputs }) => sum + inputs, 0),
    outputs: batch.turns.reduce((sum, { effects }) => sum + effects.outputs.length, 0),
    durationMs: performance.now() - startedAt,
  })
  return true
}

/** What the batch did in memory is void: its tasks are restored. */
export function undo(member: Member, { turns }: Batch): void {
  const slots = turns.map(({ slot }) => slot).filter((slot: Slot) => slot.state === 'ready')
  for (const slot of slots) resetSlot(slot, newTask(member, slot.partition))
  if (slots.length > 0) void restoreSlots(member, slots)
}

/** Fetches on where records have been worked off. */
function resumeLanes(member: Member): void {
  const lanes = [...member.slots.values()].flatMap((slot) => slot.lanes).filter((lane) => lane.isPaused && lane.hasRoom())
  if (lanes.length === 0) return
  for (const lane of lanes) {
    lane.isPaused = false
    member.setup.events.resumed?.({ topic: lane.topic, partition: lane.partition })
  }
  member.consumer.resume(lanes.map(({ topic, partition }) => ({ topic, partition })))
}
