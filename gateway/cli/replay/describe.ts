/** Tells what a replay came to. */
import type { ReplayDifference } from '../../../processors/runtime/replay-compare.ts'
import { atTime, counted } from '../explain/format.ts'
import type { NewestDifference } from './newest.ts'
import type { Replayed } from './replay.ts'

const show = (value: unknown): string =>
  value === undefined
    ? 'nothing'
    : JSON.stringify(value, (_, inner: unknown) => (inner instanceof Uint8Array ? Buffer.from(inner).toString('base64') : inner))

const valuesOf = ({ field, recorded, replayed }: Pick<ReplayDifference, 'field' | 'recorded' | 'replayed'>): readonly string[] => [
  `  field     ${field}`,
  `  recorded  ${show(recorded)}`,
  `  replayed  ${show(replayed)}`,
]

const firstWords = (first: ReplayDifference): readonly string[] => [
  `DIFFERENT at transaction ${first.transaction} of ${atTime(first.nowMs)}: ${first.topic}, partition ${first.partition}, key ${first.key}`,
  ...valuesOf(first),
]

const newestWords = (found: NewestDifference): readonly string[] => [
  `DIFFERENT in the end: ${found.topic}, key ${found.key}`,
  ...valuesOf(found),
]

const gone = ({ compactedInputs }: Replayed): readonly string[] =>
  compactedInputs.length === 0
    ? []
    : [
        `  mind      ${compactedInputs.join(', ')}: compacted inputs; what was superseded there may be gone, and the difference come from that`,
      ]

export const isEqual = ({ verdict, newest }: Replayed): boolean => verdict.equal && newest === null

export function describeReplay(replayed: Replayed): string {
  const { task, verdict, newest, newestCompared } = replayed
  const done = `${task}: ${counted(verdict.transactions, 'transaction')} replayed, ${counted(verdict.outputs, 'output')} compared`
  if (!verdict.equal) return [done, ...firstWords(verdict.first), ...gone(replayed)].join('\n')
  if (newest) return [done, ...newestWords(newest), ...gone(replayed)].join('\n')
  const stores = newestCompared.length > 0 ? `, and so are the newest values of ${counted(newestCompared.length, 'compacted topic')}` : ''
  return `${done}: equal${stores}`
}
