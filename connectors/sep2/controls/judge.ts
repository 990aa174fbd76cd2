/** Says what replies, reads and time make of a command that was published. Pure. */
import type { Checked, Delivered } from '../../delivery/device-port.ts'
import type { Reply } from './replies.ts'
import * as replies from './replies.ts'
import type { ShownControl } from './shown.ts'

/** What is known of one device's client. */
export interface Known {
  readonly repliesTo: (mRID: string) => readonly Reply[]
  /** Whether the client has got a control from this node. */
  readonly isSeen: (mRID: string) => boolean
  /** seq of the newest command that its list of controls showed when it was last read to the end; 0 = never. */
  readonly readSeq: number
  /** Whether it has had its time to answer the command that is judged. */
  readonly isOver: boolean
  readonly nowMs: number
}

export type Verdict = Delivered | undefined

const accepted = (code: number | undefined, vendorHandle: string, detail = ''): Delivered => ({
  status: 'accepted',
  code: code === undefined ? '' : String(code),
  detail,
  vendorHandle,
})

const refused = (reply: Reply, vendorHandle: string): Delivered => ({
  status: replies.isNotApplicable(reply) ? 'notSupported' : 'rejected',
  code: String(reply.status),
  detail: replies.describe(reply.status),
  vendorHandle,
})

/** Accepted once the client has answered every control that has not ended; refused with the first that it refuses. */
export function judgeApply(controls: readonly ShownControl[], { repliesTo, nowMs }: Known): Verdict {
  if (controls.length === 0) return accepted(undefined, '', 'no control lasts a second')
  const live = controls.filter(({ endS, ended }) => ended === null && endS * 1000 > nowMs)
  for (const { mRID } of live) {
    const refusal = repliesTo(mRID).find((reply) => replies.isRefusal(reply) || replies.isDropped(reply))
    if (refusal) return refused(refusal, mRID)
  }
  const unanswered = live.find(({ mRID }) => repliesTo(mRID).length === 0)
  const [first] = live
  return unanswered || !first ? undefined : accepted(repliesTo(first.mRID).at(-1)?.status, first.mRID)
}

/**
 * Accepted once the client has said of each cancelled control that it has done with it. Of a control that it never saw, and of one
 * that the log does not know, nothing is to be said but that the list, as it has read it since, does not hold it. Whether it saw one
 * that another node sent, or this one before a restart, nobody knows: if it says nothing of it in all its time, though it has read that
 * it was cancelled, it did not.
 */
export function judgeRelease(
  ended: readonly ShownControl[],
  release: { readonly seq: number; readonly sinceMs: number },
  known: Known,
): Verdict {
  const { repliesTo, isSeen, readSeq, isOver, nowMs } = known
  const isInDoubt = !isOver || readSeq < release.seq
  const live = ended.filter(({ mRID, endS, isForeign }) => endS * 1000 > nowMs && ((isForeign && isInDoubt) || isSeen(mRID)))
  const open = live.filter((control) => isHeld(control, repliesTo))
  for (const { mRID } of open) {
    const refusal = repliesTo(mRID).find((reply) => replies.isRejection(reply) && reply.atMs >= release.sinceMs)
    if (refusal) return refused(refusal, mRID)
  }
  const [first] = live
  if (open.length > 0 || (!first && readSeq < release.seq)) return undefined
  if (!first) return accepted(undefined, '', 'the list was read without a control')
  return accepted(repliesTo(first.mRID).at(-1)?.status, first.mRID)
}

/** A control that the client refused before we ended it was never followed. */
function isHeld({ mRID, ended }: ShownControl, repliesTo: Known['repliesTo']): boolean {
  const endedMs = (ended?.atS ?? 0) * 1000
  return !repliesTo(mRID).some((reply) => replies.isEnd(reply) || (replies.isRejection(reply) && reply.atMs < endedMs))
}

/**
 * Whether the control in force is followed, by the word of the client. It says so when it starts; so a look is of no use before,
 * nor so soon after that it cannot have said it yet.
 */
export function judgeHold(controls: readonly ShownControl[], graceMs: number, { repliesTo, nowMs }: Known): Checked {
  const live = controls.filter(({ endS, ended }) => ended === null && endS * 1000 > nowMs)
  const current = live.find(({ startS }) => startS * 1000 <= nowMs) ?? live[0]
  if (!current) return { holds: 'unknown', detail: 'no control is left to be followed' }
  const followed = repliesTo(current.mRID).find(replies.isFollowed)
  if (followed) return { holds: 'yes', detail: replies.describe(followed.status) }
  const answeredMs = repliesTo(current.mRID).at(-1)?.atMs ?? 0
  const againMs = Math.max(current.startS * 1000, current.createdS * 1000, answeredMs) + graceMs
  if (againMs > nowMs) return { holds: 'unknown', detail: '', againMs }
  return { holds: 'no', detail: `no Response 2 (event started) to the control from ${new Date(current.startS * 1000).toISOString()}` }
}
