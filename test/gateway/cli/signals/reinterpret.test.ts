/** Signals understood again: equal with the same code, and different just where the code is. */
import { describe, expect, it } from 'vitest'
import { describeReinterpreted } from '../../../../gateway/cli/signals/describe.ts'
import { gatherHistory } from '../../../../gateway/cli/signals/gather.ts'
import { reinterpret } from '../../../../gateway/cli/signals/reinterpret.ts'
import type { EventClaim } from '../../../../processors/interpreter/claim.ts'
import type { SignalReaders } from '../../../../processors/interpreter/interpret.ts'
import type { UtilityRequest } from '../../../../schemas/utility.ts'
import {
  programsChanges,
  rejectedRecords,
  utilityEvents,
  utilityRequests,
  utilitySessions,
  utilitySignals,
} from '../../../../topics/catalogue.ts'
import type { AnyTopic } from '../../../../topics/define.ts'
import { HOUR_MS, MINUTE_MS, NOON_MS } from '../../../build/events.ts'
import { aClaim, startControl } from '../../../processors/interpreter/control.ts'
import { createMemoryLog } from '../../../support/memory-log.ts'

const sameReaders: SignalReaders = {
  openadr2b: ({ body }) => ({ kind: 'events', complete: true, claims: JSON.parse(String(body)) as readonly EventClaim[] }),
}
/** Reads level 2 as level 3. */
const otherReaders: SignalReaders = {
  openadr2b: ({ body }) => ({
    kind: 'events',
    complete: true,
    claims: (JSON.parse(String(body)) as readonly EventClaim[]).map((claim) => ({
      ...claim,
      intervals: claim.intervals.map((interval) => ({ ...interval, level: '3' })),
    })),
  }),
}

/** A day with everything in it: approvals, a deadline, a refusal, holds, capacity, a repeated request, a missing event. */
function aDay() {
  const terms = { optPolicy: 'operator', optDeadlineS: 600, optDefault: 'optOut', minDeliverablePermille: 800, nominatedW: 20_000 } as const
  const control = startControl(terms)
  control.publish(100_000)
  const { eventId } = control.distribute(aClaim(), aClaim({ theirEventId: 'F' }))
  control.ask({ action: 'approve', eventId })
  control.driver.advanceTo(NOON_MS + 10 * MINUTE_MS)
  control.distribute(aClaim(), aClaim({ theirEventId: 'F' }))
  control.distribute(aClaim({ modificationNumber: 1, targetW: 900_000 }), aClaim({ theirEventId: 'F' }))
  control.ask({ action: 'decline', eventId: 'nobody' })
  control.ask({ action: 'create', theirEventId: 'R', intervals: [] })
  control.ask({ action: 'create', theirEventId: 'R', intervals: aClaim().intervals })
  control.ask({ action: 'create', theirEventId: 'R', intervals: aClaim().intervals })
  control.ask({ action: 'hold', hold: { scope: 'vendor', id: 'acme' } })
  control.driver.advanceTo(NOON_MS + HOUR_MS)
  control.distribute(aClaim({ theirEventId: 'F' }))
  return control
}

/** The same records where a LogReader finds them. */
async function logOf({ driver }: ReturnType<typeof startControl>) {
  const log = createMemoryLog({ nowMs: driver.nowMs })
  for (const topic of [programsChanges, utilitySignals, utilityRequests, utilityEvents, utilitySessions] as readonly AnyTopic[])
    for (const { value, key, partition, timestampMs } of driver.read(topic))
      await log.writer.append(topic, value, { key, partition, timestampMs })
  return log
}

async function again(control: ReturnType<typeof startControl>, readers = sameReaders, [fromMs, toMs] = [0, Number.POSITIVE_INFINITY]) {
  const log = await logOf(control)
  return reinterpret(await gatherHistory(log.reader, fromMs, toMs), readers, fromMs)
}

describe('understanding a day again', () => {
  it('comes to the same with the same code', async () => {
    const day = aDay()
    const found = await again(day)
    expect(found.differences).toEqual([])
    expect(found).toMatchObject({ signals: 4, requests: 6, events: day.events().length })
    expect(describeReinterpreted(found)).toBe('4 signals and 6 requests understood again, 12 event records compared: equal')
  })

  it('names each signal that means something else today, and its first field that differs', async () => {
    const { differences } = await again(aDay(), otherReaders)
    expect(differences.map(({ place, sender, what }) => `${place} ${sender} ${what}`)).toEqual([
      'utility.signals.v1-0-0 vtn-1 OadrPoll',
      'utility.signals.v1-0-1 vtn-1 OadrPoll',
      'utility.signals.v1-0-2 vtn-1 OadrPoll',
      'utility.signals.v1-0-3 vtn-1 OadrPoll',
    ])
    expect(differences[0]).toMatchObject({ field: '0.intervals.0.level', recorded: '2', today: '3' })
  })

  it('says what today’s code cannot read', async () => {
    const blind: SignalReaders = { openadr2b: () => ({ kind: 'unreadable', place: 'oadrPayload', detail: 'too hard' }) }
    const found = await again(aDay(), blind)
    expect(found.differences[0]).toMatchObject({ field: 'length', unreadable: 'oadrPayload: too hard', today: [] })
    expect(describeReinterpreted(found)).toContain('unreadable  oadrPayload: too hard')
  })

  it('compares a range only, from what was known at its start', async () => {
    const range = [NOON_MS + 30 * MINUTE_MS, Number.POSITIVE_INFINITY] as [number, number]
    expect(await again(aDay(), sameReaders, range)).toMatchObject({ signals: 1, requests: 0, differences: [] })
    const { differences } = await again(aDay(), otherReaders, range)
    expect(differences.map(({ place }) => place)).toEqual(['utility.signals.v1-0-3'])
    expect(await again(aDay(), sameReaders, [0, NOON_MS])).toMatchObject({ signals: 1, requests: 1, differences: [] })
  })

  it('leaves alone what was put aside for its key', async () => {
    const day = aDay()
    const log = await logOf(day)
    const [request] = log.read(utilityRequests)
    const foreign = { ...(request?.value as UtilityRequest), requestId: 'under a foreign key', theirEventId: 'X' }
    const { partition, offset } = await log.writer.append(utilityRequests, foreign, { key: 'somebody else', timestampMs: NOON_MS })
    const look = async () => reinterpret(await gatherHistory(log.reader, 0, Number.POSITIVE_INFINITY), sameReaders, 0).differences
    expect(await look()).toHaveLength(1)
    const place = { topic: utilityRequests.name, partition, offset, place: '', key: null, value: null, atMs: NOON_MS }
    const why = { reason: 'invalidValue', detail: 'its key is "somebody else"', rejectedBy: 'control' } as const
    await log.writer.append(rejectedRecords, { ...place, ...why }, { partition: 0 })
    expect(await look()).toEqual([])
  })

  it('sees a record that is gone, and one that should not be', async () => {
    const day = aDay()
    const log = await logOf(day)
    const history = await gatherHistory(log.reader, 0, Number.POSITIVE_INFINITY)
    const [first, ...others] = history.events
    expect(reinterpret({ ...history, events: others }, sameReaders, 0).differences[0]).toMatchObject({ field: 'length' })
    const changed = first && { ...first, value: { ...first.value, rank: 7 } }
    const [difference] = reinterpret({ ...history, events: changed ? [changed, ...others] : [] }, sameReaders, 0).differences
    expect(difference).toMatchObject({ field: '0.rank', recorded: 7, today: 1_000_000 })
  })
})

it('holds records of before answers had reasons against today’s without them', async () => {
  const day = startControl()
  day.distribute(aClaim())
  const log = await logOf(day)
  const history = await gatherHistory(log.reader, 0, Number.POSITIVE_INFINITY)
  const events = history.events.map((at) => ({ ...at, value: { ...at.value, optCause: null, optDetail: '' } }))
  expect(reinterpret({ ...history, events }, sameReaders, 0).differences).toEqual([])
})
