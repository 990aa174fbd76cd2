/** Carries out what the group decided, between transactions. */
import { tasksOf } from './assignment.ts'
import { type Member, newTask, type Rebalance } from './member.ts'
import { prepareSlots } from './restoring.ts'
import { createSlot } from './slot.ts'

/** Takes over or gives up partitions. Nothing of theirs may be uncommitted. */
export async function rebalance(member: Member): Promise<void> {
  const noted = member.rebalances.shift()
  if (!noted) return
  await member.pump.halt()
  letGo(member)
  if (noted.kind === 'assign') takeOver(member, noted)
  else member.consumer.unassign()
  member.pump.run()
}

function letGo(member: Member): void {
  member.assignment.abort()
  member.assignment = new AbortController()
  if (member.slots.size > 0) member.setup.events.revoked?.([...member.slots.keys()])
  member.slots.clear()
}

/** Fetching starts at once, from the group's stable offsets; what arrives waits in the lanes until the tasks are restored. */
function takeOver(member: Member, { partitions }: Extract<Rebalance, { kind: 'assign' }>): void {
  const numbers = tasksOf(partitions, member.setup.consumed)
  for (const partition of numbers) member.slots.set(partition, createSlot(newTask(member, partition)))
  const assigned = partitions.map(({ topic, partition }) => ({ topic, partition }))
  member.consumer.assign(assigned)
  // librdkafka remembers what was paused in an earlier assignment.
  if (assigned.length > 0) member.consumer.resume(assigned)
  member.setup.events.assigned?.(numbers)
  if (numbers.length > 0) void prepareSlots(member, [...member.slots.values()])
}
