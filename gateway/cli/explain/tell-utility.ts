/** Tells what the utility sent, what it means, and what the partitions were told. */
import type { Allocation, DispatchOrder } from '../../../schemas/dispatch.ts'
import type { UtilityEvent, UtilityRequest, UtilitySignal } from '../../../schemas/utility.ts'
import type { Evidence } from './evidence.ts'
import { atTime, inKw } from './format.ts'
import { type Step, stepsOf } from './step.ts'

const signalWords = ({ vtnId, protocol, service, body, contentType, status }: UtilitySignal): string =>
  `${vtnId} sent ${service} by ${protocol}: ${body.length} bytes of ${contentType || 'no stated type'}${status > 0 ? `, in an answer with status ${status}` : ''}`

const requestWords = ({ requester, action, theirEventId, modificationNumber, reason }: UtilityRequest): string =>
  `${requester} asked to ${action} ${theirEventId}, modification ${modificationNumber}${reason ? `: ${reason}` : ''}`

function eventWords({
  kind,
  revision,
  programId,
  refusal,
  intervals,
  targets,
  targetW,
  test,
  opt,
  optCause,
  optDetail,
}: UtilityEvent): string {
  if (kind === 'refused') return `revision ${revision} is refused: ${refusal}`
  const levels = intervals.map(({ startMs, endMs, level, valueW }) => {
    return `level ${level}${valueW === null ? '' : ` (${inKw(valueW)})`} ${atTime(startMs)} to ${atTime(endMs)}`
  })
  const parts = [
    kind === 'cancelled' ? `revision ${revision} cancels it` : `revision ${revision} for program ${programId}`,
    ...levels,
    `for ${targets.map((target) => (target.kind === 'all' ? 'everybody' : `${target.kind} ${target.ids.join(', ')}`)).join(' and ')}`,
    ...(targetW === null ? [] : [`target ${inKw(targetW)}`]),
    ...(test === 'none' ? [] : [test]),
    ...(opt === null ? (optDetail ? [`not answered yet: ${optDetail}`] : []) : [`answered ${opt}${optCause ? `: ${optDetail}` : ''}`]),
  ]
  return parts.join('; ')
}

const allocationWords = ({ round, targetW, calledW, shortfallW }: Allocation): string =>
  `allocation ${round} of ${inKw(targetW)}: ${inKw(calledW)} called${shortfallW > 0 ? `, ${inKw(shortfallW)} short` : ''}`

function orderWords(order: DispatchOrder, partition: number, eventId: string): string {
  const events = order.events.filter((event) => event.eventId === eventId).map(({ revision }) => `revision ${revision}`)
  const allocations = order.allocations.filter((one) => one.eventId === eventId).map(allocationWords)
  const stops = order.holds.map(({ scope, id }) => `${scope} ${id}`.trim()).join(', ')
  const holds = order.holdsChanged ? [`operator stops: ${stops || 'none any more'}`] : []
  return `order ${order.orderSeq} tells partition ${partition} ${[...events, ...allocations, ...holds].join(' and ')}`
}

export function tellUtility({ eventId, signals, requests, events, orders }: Evidence): readonly Step[] {
  return [
    ...stepsOf('signal', signals, signalWords),
    ...stepsOf('signal', requests, requestWords),
    ...stepsOf('event', events, eventWords),
    ...stepsOf('order', orders, (order, { partition }) => orderWords(order, partition, eventId)),
  ]
}
