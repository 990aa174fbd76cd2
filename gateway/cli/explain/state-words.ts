/** Says in a clause how a device stood toward one event: its enrollment, suspensions, opt-outs. */
import type { DeviceState } from '../../../schemas/enrollment.ts'
import { during } from './format.ts'

function enrollmentWords({ enrollments }: DeviceState, programId: string): string {
  const own = enrollments.filter((enrollment) => enrollment.programId === programId)
  const each = own.map(({ fromMs, untilMs, resourceId, registration }) =>
    [during(fromMs, untilMs), ...(resourceId ? [`resource ${resourceId}`] : []), ...(registration === 'none' ? [] : [registration])].join(
      ' ',
    ),
  )
  return each.length > 0 ? `in ${programId} ${each.join(' and ')}` : `not in ${programId}`
}

/** Templates are left out: a decision names its payload by hash. */
export function stateWords(device: DeviceState, programId: string, eventId: string): string {
  const { attributes, suspensions, optOuts, terminatedMs } = device
  const stops = suspensions
    .filter((one) => one.programId === null || one.programId === programId)
    .map(({ held, fromMs, untilMs }) => `${held ? 'held' : 'suspended'} ${during(fromMs, untilMs)}`)
  const left = optOuts
    .filter((one) => one.eventId === eventId)
    .map(({ actor, fromMs, untilMs }) => `opted out by ${actor} ${during(fromMs, untilMs)}`)
  return [
    `${attributes.protocol} of ${attributes.ratedW} W`,
    enrollmentWords(device, programId),
    ...(stops.length > 0 ? stops : ['not suspended']),
    ...(left.length > 0 ? left : ['not opted out']),
    ...(terminatedMs === null ? [] : [`terminated ${during(terminatedMs, null)}`]),
  ].join(', ')
}
