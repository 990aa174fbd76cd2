/**
 * Tells since when records have been visible: the ends of their partitions are noted with the time, and a record is visible since the first
 * note behind it. Reading thousands of them takes longer than that, beside a fleet that answers.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { realClock } from '../../processors/runtime/clock.ts'
import { type EndsByTopic, openLogEnds } from '../support/log-ends.ts'

export interface Noting {
  /** Real epoch ms, late by 10 ms and the broker's answer at most; now, where no note is behind the record. */
  sinceMs(record: { readonly topic: string; readonly partition: number; readonly offset: number }): number
  /** Makes no more notes, of which those that there are keep. */
  stop(): Promise<void>
}

interface Note {
  readonly atMs: number
  readonly ends: EndsByTopic
}

const EVERY_MS = 10

const isNews = (before: EndsByTopic | undefined, now: EndsByTopic): boolean =>
  [...now].some(([topic, ends]) => ends.some((end, partition) => end > (before?.get(topic)?.[partition] ?? -1)))

/** Notes from now on; resolves when the first note is made. */
export async function startNoting(brokers: string, topics: readonly string[]): Promise<Noting> {
  const log = await openLogEnds(brokers, topics)
  const notes: Note[] = []
  let isStopping = false

  async function note(): Promise<void> {
    const ends = await log.read()
    if (isNews(notes.at(-1)?.ends, ends)) notes.push({ atMs: realClock.nowMs(), ends })
  }

  async function run(): Promise<void> {
    while (!isStopping) {
      // A question without an answer is one note less: the next one tells a later time.
      await note().catch(() => undefined)
      await sleep(EVERY_MS)
    }
    await log.close()
  }

  await note()
  const running = run()
  return {
    sinceMs: ({ topic, partition, offset }) =>
      notes.find(({ ends }) => (ends.get(topic)?.[partition] ?? 0) > offset)?.atMs ?? realClock.nowMs(),
    stop() {
      isStopping = true
      return running
    },
  }
}
