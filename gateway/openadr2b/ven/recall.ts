/** Brings a new process to where the last one stopped, from what is on the log. */
import type { Followed, FollowFrom, LogReader } from '../../../processors/runtime/log.ts'
import type { SessionFact, UtilitySignal } from '../../../schemas/utility.ts'
import { utilitySessions, utilitySignals } from '../../../topics/catalogue.ts'
import type { Topic } from '../../../topics/define.ts'
import { decode } from '../decode.ts'
import type { VtnMessage } from '../messages.ts'
import type { Seal } from '../signature/seal.ts'
import { WireError } from '../wire-error.ts'
import { type Knowledge, learnFact } from './knowledge.ts'
import { settleRequests } from './report-requests.ts'

/** Messages that a crash kept from being acted on are looked for this far back; what is older stands in utility.sessions. */
const LOOK_BACK_MS = 48 * 3_600_000

/** Signatures older than this are not fresh by any setting. */
const STAMPS_BACK_MS = 3_600_000

async function readAll<T>(reader: LogReader, topic: Topic<T>, from: FollowFrom, onRecord: (record: Followed<T>) => void): Promise<void> {
  const following = await reader.follow([topic], from, (records) => records.forEach(onRecord))
  await following.caughtUp
  await following.stop()
}

function messageIn(signal: UtilitySignal): VtnMessage | undefined {
  if (signal.status !== 0 && signal.status !== 200) return undefined
  try {
    return decode(signal.body)
  } catch (error) {
    if (error instanceof WireError) return undefined
    throw error
  }
}

/** Facts that messages on the log should have led to and did not, oldest first; `known` learns them on the way. */
function missedFacts(known: Knowledge, { value: signal, ...at }: Followed<UtilitySignal>): readonly SessionFact[] {
  const message = signal && signal.vtnId === known.vtnId ? messageIn(signal) : undefined
  if (!signal || !message) return []
  const receipt = { signal: { topic: at.topic, partition: at.partition, offset: at.offset }, atMs: signal.receivedMs }
  const { facts } = settleRequests(known, message, receipt)
  for (const fact of facts) learnFact(known, fact)
  return facts
}

/** A message that was taken before the restart is a replay after it. */
function rememberStamp(signal: UtilitySignal | null, vtnId: string, nowMs: number, seal: Seal | undefined): void {
  if (signal?.vtnId === vtnId && signal.receivedMs > nowMs - STAMPS_BACK_MS) seal?.remember(signal.body, nowMs)
}

/** Learns all facts of this VTN, and gives back those that have still to be written. */
export async function recall(known: Knowledge, reader: LogReader, nowMs: number, seal?: Seal): Promise<readonly SessionFact[]> {
  await readAll(reader, utilitySessions, 'beginning', ({ value }) => value && learnFact(known, value))
  const missed: SessionFact[] = []
  await readAll(reader, utilitySignals, { sinceMs: nowMs - LOOK_BACK_MS }, (record) => {
    missed.push(...missedFacts(known, record))
    rememberStamp(record.value, known.vtnId, nowMs, seal)
  })
  return missed
}
