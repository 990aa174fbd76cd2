/** Tells of signals: one line each, whole, and what understanding them again came to. */
import type { UtilitySignal } from '../../../schemas/utility.ts'
import { atTime, counted } from '../explain/format.ts'
import { type Located, placeOf } from './history.ts'
import type { Reinterpreted, SignalDifference } from './reinterpret.ts'

export const signalLine = ({ value, position, timestampMs }: Located<UtilitySignal>): string =>
  [
    placeOf(position),
    atTime(timestampMs),
    value.vtnId,
    value.protocol,
    value.service,
    value.status === 0 ? 'pushed' : String(value.status),
    `${value.body.length} B`,
  ].join('  ')

const show = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > 400 ? `${text.slice(0, 400)}…` : text
}

const words = ({ place, timestampMs, sender, what, field, recorded, today, unreadable }: SignalDifference): readonly string[] => [
  `DIFFERENT: ${place} of ${atTime(timestampMs)}, ${what} of ${sender}`,
  ...(unreadable === '' ? [] : [`  unreadable  ${unreadable}`]),
  `  field       ${field}`,
  `  recorded    ${show(recorded)}`,
  `  today       ${show(today)}`,
]

export function describeReinterpreted({ signals, requests, events, differences }: Reinterpreted): string {
  const done = `${counted(signals, 'signal')} and ${counted(requests, 'request')} understood again, ${counted(events, 'event record')} compared`
  if (differences.length === 0) return `${done}: equal`
  return [`${done}: ${counted(differences.length, 'difference')}`, ...differences.flatMap(words)].join('\n')
}
