/** Records what a VTN answered before anything is made of it: a whole poll when it changed, and odd answers, once each. */
import type { Clock } from '../../../processors/runtime/clock.ts'
import type { LogPosition } from '../../../schemas/common.ts'
import type { UtilitySignal } from '../../../schemas/utility.ts'
import { utilitySignals } from '../../../topics/catalogue.ts'
import { sha256Hex } from '../../../topics/ids.ts'
import { type AppendDeps, appendDurably } from '../../retry/append-durably.ts'
import { protocolOf, type Revision } from '../revision.ts'
import { packSnapshot } from '../snapshot.ts'
import type { Course, Pages, Recorded } from './course.ts'
import type { Unusable } from './pages.ts'
import { RECORD_AGAIN_MS } from './recall.ts'

export interface RecordDeps extends AppendDeps {
  readonly vtnId: string
  readonly revision: Revision
  readonly clock: Clock
}

type Received = Pick<UtilitySignal, 'service' | 'status' | 'contentType' | 'body'>

async function record(received: Received, deps: RecordDeps): Promise<LogPosition> {
  const receivedMs = deps.clock.nowMs()
  const signal = { vtnId: deps.vtnId, protocol: protocolOf[deps.revision], receivedMs, ...received }
  const { partition, offset } = await appendDurably(utilitySignals, signal, { timestampMs: receivedMs }, deps)
  return { topic: utilitySignals.name, partition, offset }
}

/** What is on the log now, and where, if it was written: `signal` is null for a poll that is as it was. */
export async function recordPoll(
  before: Recorded | undefined,
  { programs, vens, resources, events }: Pages,
  deps: RecordDeps,
): Promise<{ readonly recorded: Recorded; readonly signal: LogPosition | null }> {
  const { contentType, body } = packSnapshot([...programs, ...vens, ...resources, ...events])
  const recorded = { hash: sha256Hex(body), atMs: deps.clock.nowMs() }
  if (before?.hash === recorded.hash && recorded.atMs < before.atMs + RECORD_AGAIN_MS) return { recorded: before, signal: null }
  return { recorded, signal: await record({ service: 'poll', status: 200, contentType, body }, deps) }
}

export async function recordOdd(course: Course, { path, answer }: Unusable, deps: RecordDeps): Promise<Course> {
  if (!answer) return course
  const body = Buffer.from(answer.body)
  const oddHash = sha256Hex(Buffer.concat([Buffer.from(`${answer.status} ${path} `), body]))
  if (oddHash === course.oddHash) return course
  await record({ service: path, status: answer.status, contentType: answer.headers['content-type'] ?? '', body }, deps)
  return { ...course, oddHash }
}
