/** What the outcomes processor remembers of the commands of a device. */
import { boolean, enumeration, type Infer, int, list, long, of, optional, record, string } from '../../schemas/avro.ts'
import { type Command, type DeviceAck, outcome } from '../../schemas/dispatch.ts'

export const trackedCommand = record('TrackedCommand', 'A command and what was seen of it.', {
  commandId: string('Command.'),
  seq: long('Its seq.'),
  eventIds: list(string('Event.'), 'Events of its segments.'),
  calledW: long('Power that it calls on, W.'),
  issuedMs: long('Epoch ms UTC.'),
  expiresMs: optional(long('Epoch ms UTC; null = a release.')),
  lastEndMs: long('End of its last segment, epoch ms UTC; 0 = a release.'),
  known: boolean('False: an ack came before the command itself, whose events and power are still to come.'),
  socket: boolean('True: the device is reached by a connection that it opens itself.'),
  seen: of(enumeration('Seen', ['nothing', 'asked', 'accepted'], 'How far acks came.'), 'How far acks came.'),
  outcome: optional(of(outcome, 'What was said of it last; null = nothing yet.')),
  revision: int('Revision of that; 0 = none.'),
  dueMs: long('When silence is judged next, epoch ms UTC; 0 = never.'),
})
export type TrackedCommand = Infer<typeof trackedCommand>

export const deviceCommands = record('DeviceCommands', 'The last commands of a device.', {
  commands: list(trackedCommand, 'Oldest first.'),
})
export type DeviceCommands = Infer<typeof deviceCommands>

const MINUTE_MS = 60_000

/** How the devices of a protocol are reached. */
export interface Reach {
  /** They open a connection and keep it, or are heard of as if they did: presence says whether they can be reached. */
  readonly socket: boolean
  /** An answer is expected within this; bounded by the life of the command. */
  readonly answerMs: number
}

export const SOCKET: Reach = { socket: true, answerMs: 5 * MINUTE_MS }
export const CALLED: Reach = { socket: false, answerMs: 5 * MINUTE_MS }
/** Two poll periods of five minutes, by which the device must have asked, and one more for its answer. */
export const POLLING: Reach = { socket: true, answerMs: 15 * MINUTE_MS }

/** What was accepted is expected to be seen applied within this. */
export const VERIFY_MS = 2 * MINUTE_MS

/** Commands that are decided are kept for late answers: so many. */
const KEPT_DECIDED = 3

export function trackCommand(command: Command, { socket, answerMs }: Reach): TrackedCommand {
  const { commandId, seq, segments, calledW, issuedMs, expiresMs } = command
  return {
    commandId,
    seq,
    eventIds: [...new Set(segments.map(({ eventId }) => eventId))],
    calledW,
    issuedMs,
    expiresMs,
    lastEndMs: segments.at(-1)?.endMs ?? 0,
    known: true,
    socket,
    seen: 'nothing',
    outcome: null,
    revision: 0,
    dueMs: Math.min(issuedMs + answerMs, expiresMs ?? Number.POSITIVE_INFINITY),
  }
}

/** A command of which only an ack is known so far. */
export const trackAhead = ({ commandId, seq, atMs, lastEndMs, expiresMs }: DeviceAck): TrackedCommand => ({
  commandId,
  seq,
  eventIds: [],
  calledW: 0,
  issuedMs: atMs,
  expiresMs,
  lastEndMs,
  known: false,
  socket: false,
  seen: 'nothing',
  outcome: null,
  revision: 0,
  dueMs: 0,
})

/** What acks told ahead, completed by the command. */
export function completeCommand(ahead: TrackedCommand, command: Command, reach: Reach): TrackedCommand {
  const { seen, outcome, revision, dueMs } = ahead
  const whole = trackCommand(command, reach)
  return { ...whole, seen, outcome, revision, dueMs: outcome === null && dueMs === 0 ? whole.dueMs : dueMs }
}

/** The list without decided commands that are too old for late answers; the newest always stays. */
export function prune(commands: readonly TrackedCommand[]): readonly TrackedCommand[] {
  const oldest = commands.length - 1 - KEPT_DECIDED
  return commands.filter((command, index) => index >= oldest || command.outcome === null)
}
