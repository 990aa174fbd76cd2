/** Tells which commands the device got on account of the event, what it answered, and what became of them. */
import type { Command, CommandOutcome, DeviceAck } from '../../../schemas/dispatch.ts'
import type { Placed } from '../log/placed.ts'
import { decisionsOf } from './decisions.ts'
import type { Evidence } from './evidence.ts'
import { atTime, inKw } from './format.ts'
import { type Step, stepsOf } from './step.ts'

/** Commands that carry the event, those that its decisions cite, and the one that took the event away. */
export function commandsOf(evidence: Evidence): readonly Placed<Command>[] {
  const cited = new Set(decisionsOf(evidence).map(({ commandSeq }) => commandSeq))
  const carries = ({ segments }: Command): boolean => segments.some(({ eventId }) => eventId === evidence.eventId)
  const carrying = evidence.commands.filter(({ value }) => carries(value)).map(({ value }) => value.seq)
  const lastSeq = Math.max(0, ...carrying)
  const next = Math.min(...evidence.commands.map(({ value }) => value.seq).filter((seq) => lastSeq > 0 && seq > lastSeq))
  return evidence.commands.filter(({ value }) => carries(value) || cited.has(value.seq) || value.seq === next)
}

function commandWords({ seq, segments, expiresMs, payload, payloadHash }: Command): string {
  const timeline = segments.map(({ startMs, endMs, level, limitW, eventId }) => {
    return `level ${level}, at most ${inKw(limitW)}, ${atTime(startMs)} to ${atTime(endMs)} (event ${eventId})`
  })
  const what = timeline.length === 0 ? 'release: nothing is asked any more' : timeline.join('; ')
  const expiry = expiresMs === null ? 'never expires' : `expires ${atTime(expiresMs)}`
  return `command ${seq}: ${what}; ${expiry}; payload ${payload.length} bytes, ${payloadHash}`
}

function ackWords({ seq, status, atMs, node, code, detail }: DeviceAck): string {
  const answer = [code, detail].filter((text) => text !== '').join(': ')
  return `command ${seq} ${status} at ${atTime(atMs)}, seen by ${node}${answer ? ` (${answer})` : ''}`
}

const outcomeWords = ({ seq, outcome, revision, limitedW }: CommandOutcome): string =>
  `command ${seq}: ${outcome}${revision > 1 ? `, revision ${revision}` : ''}${limitedW > 0 ? `, ${inKw(limitedW)} called on` : ''}`

export function tellCommands(evidence: Evidence): readonly Step[] {
  const commands = commandsOf(evidence)
  const ids = new Set(commands.map(({ value }) => value.commandId))
  const isTheirs = ({ value }: Placed<{ readonly commandId: string }>): boolean => ids.has(value.commandId)
  return [
    ...stepsOf('command', commands, commandWords),
    ...stepsOf('acks', evidence.acks.filter(isTheirs), ackWords),
    ...stepsOf('outcome', evidence.outcomes.filter(isTheirs), outcomeWords),
  ]
}
