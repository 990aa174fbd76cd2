/** Answers first what whoever asks wants to know: was the device commanded, why or why not, and what came of it. */
import type { DeviceState } from '../../../schemas/enrollment.ts'
import { type DeviceDecision, decisionsOf } from './decisions.ts'
import type { Evidence } from './evidence.ts'
import { foldDevice } from './fold-device.ts'
import { atTime, inKwh, sum } from './format.ts'
import { knownTo } from './known.ts'
import { reasonOf } from './reason.ts'
import { commandsOf } from './tell-command.ts'

/** Why nothing was decided about a device that is registered. */
function whyUndecided(evidence: Evidence, device: DeviceState, programId: string): string {
  if (device.attributes.protocol === 'none') return 'it is a meter, which is never commanded'
  const own = device.enrollments.filter((enrollment) => enrollment.programId === programId)
  if (own.length === 0) {
    const others = [...new Set(device.enrollments.map((enrollment) => enrollment.programId))]
    return `it was never enrolled in ${programId}, the event's program${others.length > 0 ? `; it is in ${others.join(', ')}` : '; it is in no program'}`
  }
  const order = evidence.orders.findLast(({ value }) => value.events.some(({ eventId }) => eventId === evidence.eventId))
  if (!order)
    return 'its partition was not told of the event: there is no order on dispatch.orders, so the broadcaster has still to write it'
  const enrolled = evidence.changes.find(({ value }) => value.kind === 'enrolled' && value.programId === programId)
  if (enrolled && enrolled.timestampMs > (evidence.events.at(-1)?.value.endMs ?? 0))
    return `its enrollment in ${programId} was recorded only at ${atTime(enrolled.timestampMs)}, after the event`
  return `the dispatcher has not decided about it: its order stands at ${order.topic}-${order.partition}-${order.offset}; either the dispatcher is behind, or the enrollment ended before the season of the event`
}

function whyNoDecision(evidence: Evidence): string {
  const { events, deviceId, verdicts } = evidence
  const last = events.at(-1)?.value
  if (events.every(({ value }) => value.kind === 'refused')) return `the event was refused: ${last?.refusal}`
  const device = foldDevice(evidence, Number.POSITIVE_INFINITY)
  if (device) return whyUndecided(evidence, device, last?.programId ?? '')
  const refused = verdicts.find(({ value }) => value.refusal !== null)?.value
  return `${deviceId} is not registered${refused ? `: its registration was refused (${refused.refusal}: ${refused.detail})` : '; check the id'}`
}

function commandedWords(evidence: Evidence, seqs: readonly number[]): string {
  const ids = new Set(commandsOf(evidence).map(({ value }) => value.commandId))
  const last = evidence.outcomes.filter(({ value }) => ids.has(value.commandId) && seqs.includes(value.seq)).at(-1)?.value
  if (last) return `commanded: ${last.outcome}`
  const ack = evidence.acks.filter(({ value }) => ids.has(value.commandId) && seqs.includes(value.seq)).at(-1)?.value
  return ack ? `commanded: ${ack.status}, no outcome yet` : 'commanded: nothing was heard of it yet'
}

function dispatched(evidence: Evidence, decisions: readonly DeviceDecision[]): string {
  const last = decisions.at(-1)
  const carrying = commandsOf(evidence).filter(({ value }) => value.segments.some(({ eventId }) => eventId === evidence.eventId))
  if (!last)
    return carrying.length > 0
      ? commandedWords(
          evidence,
          carrying.map(({ value }) => value.seq),
        )
      : `NOT commanded: ${whyNoDecision(evidence)}`
  const reason = reasonOf(last, knownTo(last, evidence))
  if (carrying.length === 0)
    return last.outcome === 'sent' || last.outcome === 'sentAtRisk'
      ? `to be commanded: ${reason}`
      : `NOT commanded: ${last.outcome}: ${reason}`
  const commanded = commandedWords(
    evidence,
    carrying.map(({ value }) => value.seq),
  )
  return last.outcome === 'sent' ? commanded : `${commanded}; last decision ${last.outcome}: ${reason}`
}

function settled({ results, deviceId }: Evidence): string {
  const newest = results.findLast(({ value }) => value.unitId === deviceId)?.value ?? results.at(-1)?.value
  if (!newest) return 'no result yet'
  const unit = newest.unitId === deviceId ? '' : `, as part of ${newest.unitKind} ${newest.unitId}`
  if (newest.noBaseline !== null) return `${newest.status} result${unit}: no baseline (${newest.noBaseline})`
  return `${newest.status} result${unit}: delivered ${inKwh(sum(newest.reductionWh))}`
}

/** Two clauses: dispatch, settlement. */
export function answerOf(evidence: Evidence): string {
  return `${evidence.deviceId} in event ${evidence.eventId}: ${dispatched(evidence, decisionsOf(evidence))}. Settlement: ${settled(evidence)}.`
}
