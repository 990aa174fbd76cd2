/** Says what is lost or doubled on the log, by the numbers that Drover itself gives out. Every answer is a list that ought to be empty. */
import type { Command, CommandOutcome, DecisionBlock } from '../../../schemas/dispatch.ts'
import type { SettlementResult } from '../../../schemas/settlement.ts'

function tally(keys: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

const repeated = (keys: Iterable<string>): readonly string[] =>
  [...tally(keys)].flatMap(([key, count]) => (count > 1 ? [`${count} × ${key}`] : []))

/** Numbers of each key that are not 1, 2, 3 … in this order. */
export function misnumbered(numbered: readonly { readonly key: string; readonly number: number }[]): readonly string[] {
  const last = new Map<string, number>()
  return numbered.flatMap(({ key, number }) => {
    const before = last.get(key) ?? 0
    last.set(key, number)
    return number === before + 1 ? [] : [`${key}: ${number} after ${before}`]
  })
}

/** A pass decides once about each device of an event. */
export const doubledDecisions = (blocks: readonly DecisionBlock[]): readonly string[] =>
  repeated(
    blocks.flatMap(({ trigger, eventId, eventRevision, orderSeq, deviceIds }) =>
      trigger === 'order' ? deviceIds.map((deviceId) => `order ${orderSeq}, event ${eventId} revision ${eventRevision}, ${deviceId}`) : [],
    ),
  )

/** Devices that a decision says were sent a command that is not on the log, and commands that no decision tells of. */
export function undecided(blocks: readonly DecisionBlock[], commands: readonly Command[]): readonly string[] {
  const decided = new Set(
    blocks.flatMap(({ deviceIds, commandSeqs }) => deviceIds.flatMap((id, i) => (commandSeqs[i] ? [`${id} seq ${commandSeqs[i]}`] : []))),
  )
  const written = new Set(commands.map(({ deviceId, seq }) => `${deviceId} seq ${seq}`))
  return [
    ...[...decided].filter((key) => !written.has(key)).map((key) => `decided, but not written: ${key}`),
    ...[...written].filter((key) => !decided.has(key)).map((key) => `written, but not decided: ${key}`),
  ]
}

export const commandGaps = (commands: readonly Command[]): readonly string[] =>
  misnumbered(commands.map(({ deviceId, seq }) => ({ key: `commands of ${deviceId}`, number: seq })))

export const outcomeGaps = (outcomes: readonly CommandOutcome[]): readonly string[] =>
  misnumbered(outcomes.map(({ deviceId, seq, revision }) => ({ key: `outcome of ${deviceId} seq ${seq}`, number: revision })))

export const resultGaps = (results: readonly SettlementResult[]): readonly string[] =>
  misnumbered(results.map(({ eventId, unitId, revision }) => ({ key: `result of ${unitId} in ${eventId}`, number: revision })))
