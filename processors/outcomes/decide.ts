/** Decides what records and time make of the commands of one device. */
import type { DevicePresence } from '../../schemas/devices.ts'
import type { Command, DeviceAck } from '../../schemas/dispatch.ts'
import { judgeAck, judgeOvertaken, judgeSilence } from './judge.ts'
import { completeCommand, type Reach, type TrackedCommand, trackAhead, trackCommand } from './tracked.ts'

export type Commands = readonly TrackedCommand[]

const bySeq = (a: TrackedCommand, b: TrackedCommand): number => a.seq - b.seq

const newestKnown = (commands: Commands): TrackedCommand | undefined => commands.filter(({ known }) => known).at(-1)

/** The commands after one more; the same list when it is known, or older than one that is. */
export function takeCommand(before: Commands, command: Command, reach: Reach): Commands {
  const known = newestKnown(before)
  if (known && known.seq >= command.seq) return before
  const ahead = before.find(({ seq }) => seq === command.seq)
  if (ahead) return before.map((tracked) => (tracked === ahead ? completeCommand(ahead, command, reach) : tracked))
  return [...before, trackCommand(command, reach)].sort(bySeq)
}

const reachedDevice = ({ status }: DeviceAck): boolean => status === 'accepted' || status === 'applied' || status === 'released'

/**
 * An ack and its command stand on two topics, so that either may come first, and it may stand behind an ack of a newer command. One of a
 * command long decided is too late.
 */
function withAcked(before: Commands, ack: DeviceAck): Commands {
  const known = newestKnown(before)
  const isTracked = before.some(({ seq }) => seq === ack.seq)
  return isTracked || (known && known.seq >= ack.seq) ? before : [...before, trackAhead(ack)].sort(bySeq)
}

/** The commands after an ack; the same list when it says nothing new. */
export function takeAck(before: Commands, ack: DeviceAck, nowMs: number): Commands {
  const commands = withAcked(before, ack)
  const index = commands.findIndex(({ seq }) => seq === ack.seq)
  if (index < 0) return before
  const after = commands.map((command, place) => {
    if (place === index) return judgeAck(command, ack, nowMs)
    return place < index && reachedDevice(ack) ? judgeOvertaken(command) : command
  })
  return after.length !== before.length || after.some((command, place) => command !== before[place]) ? after : before
}

/** The commands at a time; the same list when none was due. */
export function takeTime(before: Commands, presence: DevicePresence | undefined, nowMs: number): Commands {
  if (!before.some(({ dueMs }) => dueMs !== 0 && dueMs <= nowMs)) return before
  return before.map((command) => judgeSilence(command, presence, nowMs))
}
