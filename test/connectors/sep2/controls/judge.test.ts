/** A release is confirmed by what the client says, and by its silence only where it cannot have been told the control. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeRelease, type Known } from '../../../../connectors/sep2/controls/judge.ts'
import type { Reply } from '../../../../connectors/sep2/controls/replies.ts'
import { CANCELLED, type ShownControl } from '../../../../connectors/sep2/controls/shown.ts'
import { NOW_S } from '../rig.ts'

const NOW_MS = NOW_S * 1000
const release = { seq: 2, sinceMs: NOW_MS - 1_000 }
const control = (isForeign: boolean): ShownControl => ({
  mRID: 'A',
  commandId: 'command',
  seq: 1,
  programId: 'p',
  eventId: 'event',
  startS: NOW_S - 600,
  endS: NOW_S + 600,
  base: { control: 'opModFixedW', hundredths: 5_000 },
  createdS: NOW_S - 600,
  isForeign,
  ended: { status: CANCELLED, atS: NOW_S - 1 },
})
const saying = (statuses: readonly number[]): readonly Reply[] => statuses.map((status) => ({ status, atMs: NOW_MS - 10_000 }))

interface Case {
  readonly isForeign: boolean
  /** That this node showed it while it held. */
  readonly wasShown: boolean
  readonly readSeq: number
  readonly isOver: boolean
  readonly statuses: readonly number[]
}
const cases = fc.record<Case>({
  isForeign: fc.boolean(),
  wasShown: fc.boolean(),
  readSeq: fc.constantFrom(0, 1, 2, 3),
  isOver: fc.boolean(),
  statuses: fc.constantFrom([], [1], [1, 2]),
})

function verdictOf({ isForeign, wasShown, readSeq, isOver, statuses }: Case): string {
  const isSeen = () => wasShown || statuses.length > 0
  const known: Known = { repliesTo: () => saying(statuses), isSeen, readSeq, isOver, nowMs: NOW_MS }
  return judgeRelease([control(isForeign)], release, known)?.status ?? 'open'
}

describe('the release of a cancelled control', () => {
  test('property: is confirmed by silence only where the client read its list since, and never got the control as one that held', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const mayHold = one.wasShown || one.statuses.length > 0
        const isSilent = !one.isForeign || one.isOver
        expect(verdictOf(one)).toBe(!mayHold && isSilent && one.readSeq >= release.seq ? 'accepted' : 'open')
      }),
    )
  })

  test('property: is confirmed by the word that it is done with, whatever else is known', () => {
    fc.assert(
      fc.property(cases, fc.constantFrom(3, 4, 6, 7), (one, end) => {
        expect(verdictOf({ ...one, statuses: [...one.statuses, end] })).toBe('accepted')
      }),
    )
  })
})
