/** The opt policy of a program as its VTN sees it: silence while an operator decides, then their word, or the default at the deadline. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ProgramTerms } from '../../../../schemas/program-terms.ts'
import { programsChanges, utilityEvents, utilityRequests } from '../../../../topics/catalogue.ts'
import { aRequest } from '../../../build/request.ts'
import { aProgramChange, someTerms } from '../../../build/terms.ts'
import { anEvent, createRig, eventually, HOUR_MS, marketContext, type Rig } from './rig.ts'

let rig: Rig
let soonMs: number
beforeEach(async () => {
  rig = await createRig()
  soonMs = rig.clock.nowMs() + 2 * HOUR_MS
})
afterEach(() => rig.stop())

const answers = () => rig.vtn.createdEvents().map(({ eventID, responseCode, optType }) => [eventID, responseCode, optType].join(' '))
const withTerms = (terms: Partial<ProgramTerms>) =>
  rig.log.writer.append(programsChanges, aProgramChange({ changeId: 'policy', terms: someTerms({ marketContext, ...terms }) }))
const newest = () => rig.log.read(utilityEvents).at(-1)?.value
const say = (action: 'approve' | 'decline') =>
  rig.log.writer.append(
    utilityRequests,
    aRequest({ requester: 'olga', action, eventId: newest()?.eventId ?? '', requestId: `${action} ${newest()?.revision}` }),
  )

it.each([
  ['approve', 'a 200 optIn'],
  ['decline', 'a 200 optOut'],
] as const)('waits for an operator to %s', async (word, answer) => {
  await withTerms({ optPolicy: 'operator', optDeadlineS: 3600 })
  await rig.joined()
  rig.vtn.postEvent(anEvent('a', soonMs))
  await eventually(() => expect(newest()).toMatchObject({ theirEventId: 'a', opt: null }))
  const polls = rig.proxy.seen('OadrPoll')
  await eventually(() => expect(rig.proxy.seen('OadrPoll')).toBeGreaterThan(polls + 5))
  expect(answers()).toEqual([])
  await say(word)
  await eventually(() => expect(answers()).toEqual([answer]))
})

it('opts out, without refusing the event, when its terms are broken', async () => {
  await withTerms({ noticeS: 4 * 3600 })
  await rig.joined()
  rig.vtn.postEvent(anEvent('a', soonMs))
  await eventually(() => expect(answers()).toEqual(['a 200 optOut']))
  expect(newest()).toMatchObject({ kind: 'event', optCause: 'termsBroken', optDetail: expect.stringContaining('noticeS') })
})
