/** Prints a story for people and for programs. */
import { coordinates } from '../../../processors/runtime/coordinates.ts'
import { atTime, counted } from './format.ts'
import { type Chapter, chapters, type Step } from './step.ts'
import type { Story } from './story.ts'

/** A chapter of more records than this shows its first and last ones; JSON has them all. */
const SHOWN = 40

const placeOf = ({ record: { topic, partition, offset } }: Step): string => coordinates(topic, partition, offset)

const lineOf = (step: Step): string => `  ${atTime(step.record.timestampMs)}  ${placeOf(step)}\n      ${step.words}`

function linesOf(chapter: Chapter, steps: readonly Step[]): readonly string[] {
  if (steps.length === 0) return [`${chapter}: nothing on the log`]
  if (steps.length <= SHOWN) return [chapter, ...steps.map(lineOf)]
  const half = SHOWN / 2
  const between = `  … ${counted(steps.length - SHOWN, 'record')} more; --json shows them`
  return [chapter, ...steps.slice(0, half).map(lineOf), between, ...steps.slice(-half).map(lineOf)]
}

export function printStory({ answer, steps }: Story): string {
  const told = chapters.map((chapter) =>
    linesOf(
      chapter,
      steps.filter((step) => step.chapter === chapter),
    ).join('\n'),
  )
  return [answer, ...told].join('\n\n')
}

/** Bytes as text where they are text, else as base64. */
function readable(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    const bytes = Buffer.from(value)
    const text = bytes.toString('utf8')
    return Buffer.from(text, 'utf8').equals(bytes) ? text : { base64: bytes.toString('base64') }
  }
  if (Array.isArray(value)) return value.map(readable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, readable(inner)]))
}

/** Every record whole, with its place, time, cause and writer. */
export function storyJson({ eventId, deviceId, answer, steps }: Story): unknown {
  const records = steps.map(({ chapter, words, record, knew }) => {
    const { topic, partition, offset, timestampMs, causation, producer, value } = record
    return {
      chapter,
      topic,
      partition,
      offset,
      time: new Date(timestampMs).toISOString(),
      causation,
      producer,
      words,
      value: readable(value),
      ...(knew === undefined ? {} : { knew: readable(knew) }),
    }
  })
  return { eventId, deviceId, answer, records }
}
