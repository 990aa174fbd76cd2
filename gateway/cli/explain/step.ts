/** A step of a story: one record, where it stands, and what it says. */
import type { Placed } from '../log/placed.ts'

/** In the order in which a story is told. */
export const chapters = [
  'signal',
  'event',
  'order',
  'device',
  'decision',
  'command',
  'acks',
  'outcome',
  'readings',
  'intervals',
  'gaps',
  'baseline',
  'result',
  'statement',
] as const
export type Chapter = (typeof chapters)[number]

export interface Step {
  readonly chapter: Chapter
  readonly record: Placed<unknown>
  /** What the record says, and what follows from it. */
  readonly words: string
  /** With a decision: the device as it was known then, without templates. */
  readonly knew?: unknown
}

/** Makes steps of one chapter. */
export const stepsOf = <T>(
  chapter: Chapter,
  records: readonly Placed<T>[],
  wordsOf: (value: T, record: Placed<T>) => string,
): readonly Step[] => records.map((record) => ({ chapter, record, words: wordsOf(record.value, record) }))
