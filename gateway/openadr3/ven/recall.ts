/** Brings a new process to where the last one stopped, from what is on the log. */
import type { FollowFrom, LogReader } from '../../../processors/runtime/log.ts'
import { utilitySessions, utilitySignals } from '../../../topics/catalogue.ts'
import type { Topic } from '../../../topics/define.ts'
import { sha256Hex } from '../../../topics/ids.ts'
import { isSnapshot } from '../snapshot.ts'
import type { Recorded } from './course.ts'
import { type Knowledge, learnFact } from './knowledge.ts'

/** A poll that was recorded longer ago is recorded again, changed or not. */
export const RECORD_AGAIN_MS = 24 * 3_600_000

async function readAll<T>(reader: LogReader, topic: Topic<T>, from: FollowFrom, onValue: (value: T) => void): Promise<void> {
  const following = await reader.follow([topic], from, (records) => {
    for (const { value } of records) if (value !== null) onValue(value)
  })
  await following.caughtUp
  await following.stop()
}

/** Learns all facts of this VTN, and gives back what was recorded of its polls last. */
export async function recall(known: Knowledge, reader: LogReader, nowMs: number): Promise<Recorded | undefined> {
  await readAll(reader, utilitySessions, 'beginning', (fact) => learnFact(known, fact))
  let recorded: Recorded | undefined
  await readAll(reader, utilitySignals, { sinceMs: nowMs - RECORD_AGAIN_MS }, ({ vtnId, contentType, body, receivedMs }) => {
    if (vtnId === known.vtnId && isSnapshot(contentType)) recorded = { hash: sha256Hex(body), atMs: receivedMs }
  })
  return recorded
}
