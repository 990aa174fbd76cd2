/** Says what an ack, or silence, makes of a command. */
import type { DevicePresence } from '../../schemas/devices.ts'
import type { DeviceAck, Outcome } from '../../schemas/dispatch.ts'
import { type TrackedCommand, VERIFY_MS } from './tracked.ts'

/** How much each outcome knows; one that knows less does not revise one that knows more. */
const weight: Readonly<Record<Outcome, number>> = {
  noAnswer: 0,
  unreachable: 0,
  expired: 0,
  superseded: 1,
  rejected: 2,
  acceptedUnverified: 2,
  applied: 3,
  released: 3,
  overridden: 4,
}

/** The command with the outcome as its next revision, or as it was when that says nothing new. */
export function conclude(command: TrackedCommand, outcome: Outcome): TrackedCommand {
  if (command.outcome === outcome || (command.outcome !== null && weight[outcome] < weight[command.outcome])) return command
  return { ...command, outcome, revision: command.revision + 1, dueMs: 0 }
}

const isRelease = ({ expiresMs }: TrackedCommand): boolean => expiresMs === null

const asked = (command: TrackedCommand): TrackedCommand => (command.seen === 'nothing' ? { ...command, seen: 'asked' } : command)

/** The device took it; whether it does it is still to be seen. */
function accept(command: TrackedCommand, nowMs: number): TrackedCommand {
  if (command.outcome !== null && weight[command.outcome] >= weight.applied) return command
  return { ...command, seen: 'accepted', dueMs: nowMs + VERIFY_MS }
}

/** The command after an ack of its own. */
export function judgeAck(command: TrackedCommand, { status }: DeviceAck, nowMs: number): TrackedCommand {
  switch (status) {
    case 'attempting':
    case 'sent':
    case 'timedOut':
      return asked(command)
    case 'accepted':
      return accept(command, nowMs)
    case 'rejected':
    case 'notSupported':
      return conclude(command, 'rejected')
    case 'overridden':
      return conclude(command, 'overridden')
    case 'applied':
      return conclude(command, isRelease(command) ? 'released' : 'applied')
    case 'released':
      // Of a command with limits it says that they ended, which is no news about whether they were kept.
      return isRelease(command) ? conclude(command, 'released') : conclude(command, 'acceptedUnverified')
    case 'delayed':
      return command
    case 'superseded':
      return conclude(command, 'superseded')
  }
}

/** An older command once a newer one reached the device: nothing more is heard of it. */
export const judgeOvertaken = (command: TrackedCommand): TrackedCommand =>
  command.outcome === null ? conclude(command, command.seen === 'accepted' ? 'acceptedUnverified' : 'superseded') : command

/** The command when its time has come without an answer. `presence` undefined: never connected, or connects by nothing that lasts. */
export function judgeSilence(command: TrackedCommand, presence: DevicePresence | undefined, nowMs: number): TrackedCommand {
  if (command.dueMs === 0 || command.dueMs > nowMs) return command
  if (command.seen === 'accepted') return conclude({ ...command, dueMs: 0 }, 'acceptedUnverified')
  if (command.seen === 'asked') return conclude({ ...command, dueMs: 0 }, 'noAnswer')
  if (command.socket && !presence?.connected) return conclude({ ...command, dueMs: 0 }, 'unreachable')
  if (command.expiresMs === null) return conclude({ ...command, dueMs: 0 }, 'noAnswer')
  return command.expiresMs <= nowMs ? conclude({ ...command, dueMs: 0 }, 'expired') : { ...command, dueMs: command.expiresMs }
}
