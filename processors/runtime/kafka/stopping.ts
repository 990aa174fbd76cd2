/** Stops a task that faulted, and lets it go on when the fault may be gone. */
import { setTimeout as sleep } from 'node:timers/promises'
import { coordinates } from '../coordinates.ts'
import type { TaskInput } from '../task-contract.ts'
import { faultOf } from './faults.ts'
import { type Member, newTask } from './member.ts'
import { restoreSlots } from './restoring.ts'
import { awaitSkip } from './skipping.ts'
import { resetSlot, type Slot } from './slot.ts'
import type { TurnFault } from './turn.ts'

/** A fault that no record is to blame for may have to do with the time: the task tries again after this. */
const RETRY_MS = 5_000

/** The task goes back to what is committed and rests; its offsets stay, the other tasks go on. */
export function stopSlot(member: Member, fault: TurnFault): void {
  const { slot, input } = fault
  const { signal } = member.assignment
  resetSlot(slot, newTask(member, slot.partition))
  slot.state = 'stopped'
  const at = input && coordinates(input.topic, input.partition, input.offset)
  member.setup.events.stopped?.({ task: slot.task.id, coordinates: at, message: fault.message })
  if (input) void waitForSkip(member, slot, input, signal)
  else setTimeout(() => goOn(member, slot, signal), RETRY_MS).unref()
}

async function waitForSkip(member: Member, slot: Slot, input: TaskInput, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      if (await awaitSkip(member, input, signal)) goOn(member, slot, signal)
      return
    } catch (error) {
      member.setup.events.clientError?.(faultOf(error))
      await sleep(RETRY_MS)
    }
  }
}

function goOn(member: Member, slot: Slot, signal: AbortSignal): void {
  if (signal.aborted || slot.state !== 'stopped') return
  slot.state = 'restoring'
  void restoreSlots(member, [slot])
}
