/**
 * Finds when records become visible to read_committed readers, without reading them while the clock runs: a record is visible once its
 * partition's last stable offset is behind it. The ends of the partitions are noted again and again with the time; afterwards the records
 * are read, and counted, and the first note behind the last of them gives the time.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { openLogEnds } from '../../support/log-ends.ts'
import { readRange } from './read-range.ts'

/** Last stable offset per partition number. */
export type Ends = readonly number[]

export interface Note {
  /** performance.now() when the answers were there: never too early. */
  readonly atMs: number
  readonly ends: Ends
}

export interface Visible {
  /** performance.now() at which the last record had become visible. */
  readonly atMs: number
  /** Records that became visible. */
  readonly count: number
  readonly keys: ReadonlySet<string>
  readonly bytes: number
  /** The value of one of them. */
  readonly sample: Buffer
  readonly notes: readonly Note[]
}

export interface Watch {
  /** What was visible of the topic when the watch began. */
  readonly begin: Ends
  /** The newest note. */
  latest(): Note
  /** Resolves when at least `count` records have become visible since the beginning, and no more come. */
  until(count: number): Promise<Visible>
  stop(): Promise<void>
}

const STILL_MS = 400
const LIMIT_MS = 900_000

export const advanced = (from: Ends, to: Ends): number => to.reduce((sum, end, i) => sum + end - (from[i] ?? 0), 0)

/** The last stable offset of every partition of a topic, now. */
export async function endsOf(brokers: string, topic: string): Promise<Ends> {
  const watch = await watchTopic(brokers, topic, 1_000)
  await watch.stop()
  return watch.begin
}

/** Watches a topic; its ends are asked for every `everyMs`, so that much is a time found too late at most. */
export const watchTopic = async (brokers: string, topic: string, everyMs: number): Promise<Watch> =>
  (await watchTopics(brokers, [topic], everyMs))[0] as Watch

/** Watches topics by the same questions. Stopping one of the watches stops all. */
export async function watchTopics(brokers: string, topics: readonly string[], everyMs: number): Promise<readonly Watch[]> {
  const log = await openLogEnds(brokers, topics)
  const notes = new Map<string, Note[]>(topics.map((topic) => [topic, []]))
  let isStopping = false

  async function note(): Promise<void> {
    const read = await log.read()
    const atMs = performance.now()
    for (const [topic, ends] of read) {
      const known = notes.get(topic)
      const last = known?.at(-1)
      if (!last || advanced(last.ends, ends) > 0) known?.push({ atMs, ends })
    }
  }

  async function run(): Promise<void> {
    while (!isStopping) {
      await note()
      await sleep(everyMs)
    }
  }

  await note()
  const running = run()
  running.catch(() => undefined)
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => {
    isStopping = true
    stopped ??= running.finally(log.close)
    return stopped
  }
  return topics.map((topic) => createWatch(brokers, topic, { notes: notes.get(topic) ?? [], running, stop }))
}

interface Noting {
  /** Grows; the first is from the beginning. */
  readonly notes: readonly Note[]
  /** Rejects when no more will come. */
  readonly running: Promise<void>
  stop(): Promise<void>
}

function createWatch(brokers: string, topic: string, { notes, running, stop }: Noting): Watch {
  const [first] = notes as readonly [Note]
  const latest = (): Note => notes.at(-1) ?? first

  async function untilStill(count: number): Promise<Note> {
    const limitMs = performance.now() + LIMIT_MS
    for (;;) {
      await Promise.race([running, sleep(20)])
      const note = latest()
      if (advanced(first.ends, note.ends) >= count && performance.now() - note.atMs > STILL_MS) return note
      if (performance.now() > limitMs)
        throw new Error(`${topic}: ${advanced(first.ends, note.ends)} of ${count} records became visible within ${LIMIT_MS / 1000} s`)
    }
  }

  async function until(count: number): Promise<Visible> {
    for (;;) {
      const end = await untilStill(count)
      const found = await readRange(brokers, topic, first.ends, end.ends)
      if (found.count < count) continue
      const seen = notes.find(({ ends }) => found.lastOffsets.every((last, i) => last < (ends[i] ?? 0)))
      return { ...found, atMs: seen?.atMs ?? end.atMs, notes }
    }
  }

  return { begin: first.ends, latest, until, stop }
}
