/** Answers toward the utility: by the terms, by an operator, by the deadline; each with its reason, and obeyed by dispatch. */
import { describe, expect, it, test } from 'vitest'
import { HOUR_MS, MINUTE_MS, NOON_MS } from '../../build/events.ts'
import { aClaim, startControl } from './control.ts'

const at = (startHours: number, endHours: number) => [
  { startMs: NOON_MS + startHours * HOUR_MS, endMs: NOON_MS + endHours * HOUR_MS, level: '2', valueW: null },
]
const byOperator = { optPolicy: 'operator', optDeadlineS: 600, optDefault: 'optOut' } as const

describe('with optPolicy automatic', () => {
  it('opts in, says so, and orders the event', () => {
    const { distribute, ordered } = startControl()
    expect(distribute(aClaim())).toMatchObject({ opt: 'optIn', optCause: 'automatic', optDeadlineMs: null, ordered: true })
    expect(ordered()).toEqual(['event 1'])
  })

  test.each([
    ['the notice is too short', { noticeS: 3 * 3600 }, at(2, 3), /^noticeS: .*10800 s.*7200 s before/],
    ['it is longer than the longest', { maxDurationS: 1800 }, at(2, 3), /duration/],
    ['it lies outside of the hours', { dayEndMinute: 14 * 60 + 30 }, at(2, 3), /hours/],
    ['it lies outside of the season', { seasonStart: '11-01', seasonEnd: '02-28' }, at(2, 3), /season/],
  ] as const)('opts out when %s, and lets each device record why', (_, terms, intervals, words) => {
    const { distribute, ordered } = startControl(terms)
    const event = distribute(aClaim({ intervals }))
    expect(event).toMatchObject({ kind: 'event', opt: 'optOut', optCause: 'termsBroken', optDetail: expect.stringMatching(words) })
    expect(ordered()).toEqual(['event 1'])
  })

  it('needs no second notice for a change that starts no earlier', () => {
    const { driver, distribute } = startControl({ noticeS: 3600 })
    expect(distribute(aClaim()).opt).toBe('optIn')
    driver.advanceTo(NOON_MS + 90 * MINUTE_MS)
    expect(distribute(aClaim({ modificationNumber: 1, intervals: at(2, 4) })).opt).toBe('optIn')
    expect(distribute(aClaim({ modificationNumber: 2, intervals: at(2.25, 4) })).opt).toBe('optIn')
    expect(distribute(aClaim({ modificationNumber: 3, intervals: at(2, 4) }))).toMatchObject({ opt: 'optOut', optCause: 'termsBroken' })
  })

  it('agrees to every cancellation', () => {
    const { distribute, ordered } = startControl()
    distribute(aClaim())
    expect(distribute(aClaim({ modificationNumber: 1, cancelled: true }))).toMatchObject({ kind: 'cancelled', opt: 'optIn' })
    expect(ordered()).toEqual(['event 1', 'cancelled 2'])
  })
})

describe('with a least deliverable share', () => {
  const terms = { minDeliverablePermille: 800, nominatedW: 20_000 }

  test.each([
    ['enough for the target', 8_000, 10_000, 'optIn'],
    ['too little for the target', 7_999, 10_000, 'optOut'],
    ['enough for the nomination', 16_000, null, 'optIn'],
    ['too little for the nomination', 15_999, null, 'optOut'],
  ] as const)('%s: %i W for a target of %s W is %s', (_, capacityW, targetW, opt) => {
    const { distribute, publish, ordered } = startControl(terms)
    publish(capacityW)
    // Level 3 is the deepest, so that all of the capacity counts.
    const intervals = [{ ...at(2, 3)[0], level: '3' } as never]
    const event = distribute(aClaim({ targetW, intervals }))
    expect(event).toMatchObject({ opt, optCause: opt === 'optIn' ? 'automatic' : 'tooLittleDeliverable' })
    if (opt === 'optOut') expect(event.optDetail).toContain(`${capacityW} W can be delivered`)
    expect(ordered()).toEqual(opt === 'optIn' ? ['event 1'] : [])
  })

  it('counts a level by what it takes of the deepest, over all partitions', () => {
    const { distribute, publish } = startControl(terms)
    publish(10_000, [], 0)
    publish(10_000, [], 1)
    expect(distribute(aClaim({ targetW: 12_500 }))).toMatchObject({ opt: 'optIn' })
    expect(distribute(aClaim({ modificationNumber: 1, targetW: 12_600 })).optDetail).toContain('10000 W can be delivered')
  })

  it('counts the resources that the event targets, where they are counted apart', () => {
    const { distribute, publish } = startControl({ ...terms, settledUnit: 'resource' })
    const aResource = (resourceId: string, availableW: number) => ({
      resourceId,
      devices: 1,
      callable: 1,
      availableW,
      optOuts: [],
      mostW: availableW,
      floorW: 0,
    })
    publish(20_000, [aResource('north', 4_000), aResource('south', 16_000)])
    const [interval] = at(2, 3)
    const intervals = interval ? [{ ...interval, level: '3' }] : []
    const asked = { targetW: 10_000, intervals }
    expect(distribute(aClaim({ ...asked, targets: [{ kind: 'resource', ids: ['north'] }] })).optDetail).toContain('4000 W can be delivered')
    expect(distribute(aClaim({ ...asked, modificationNumber: 1, targets: [{ kind: 'resource', ids: ['south'] }] })).opt).toBe('optIn')
    expect(distribute(aClaim({ ...asked, modificationNumber: 2, targets: [{ kind: 'group', ids: ['north'] }] })).opt).toBe('optIn')
  })

  it('compares with nothing where there is neither target nor nomination', () => {
    expect(startControl({ ...terms, nominatedW: null }).distribute(aClaim())).toMatchObject({ opt: 'optIn' })
  })

  it('releases devices when a change asks for more than can be delivered', () => {
    const { distribute, publish, ordered } = startControl(terms)
    publish(10_000)
    distribute(aClaim({ targetW: 6_000 }))
    expect(distribute(aClaim({ modificationNumber: 1, targetW: 60_000 })).opt).toBe('optOut')
    expect(ordered()).toEqual(['event 1', 'cancelled 2'])
  })
})

describe('with optPolicy operator', () => {
  const waiting = (terms: Parameters<typeof startControl>[0] = {}) => {
    const control = startControl({ ...byOperator, ...terms })
    return { ...control, event: control.distribute(aClaim()) }
  }

  it('leaves the answer open until the deadline, and tells devices nothing', () => {
    const { event, ordered } = waiting()
    expect(event).toMatchObject({ kind: 'event', revision: 1, opt: null, optCause: null, optDeadlineMs: NOON_MS + 600_000, ordered: false })
    expect(event.optDetail).toContain('optOut')
    expect(ordered()).toEqual([])
  })

  it('orders what is approved, by the operator and with their words', () => {
    const { event, ask, ordered } = waiting()
    const approved = ask({ action: 'approve', eventId: event.eventId, revision: 1, reason: 'cool day' })
    expect(approved).toMatchObject({
      ...{ eventId: event.eventId, revision: 2, modificationNumber: 0, opt: 'optIn', optCause: 'operator', optDeadlineMs: null },
      ...{ optDetail: 'approved by olga: cool day', optRequest: { topic: 'utility.requests.v1', offset: 0 } },
      ...{ signal: event.signal, receivedMs: event.receivedMs, ordered: true },
    })
    expect(ordered()).toEqual(['event 2'])
  })

  it('orders nothing that is declined', () => {
    const { event, ask, ordered } = waiting()
    expect(ask({ action: 'decline', eventId: event.eventId })).toMatchObject({ opt: 'optOut', optCause: 'operator', ordered: false })
    expect(ordered()).toEqual([])
  })

  test.each(['optIn', 'optOut'] as const)('takes the default %s at the deadline, by the clock of the task, once', (optDefault) => {
    const { driver, newest, events, ordered } = waiting({ optDefault })
    driver.advanceTo(NOON_MS + 599_000)
    expect(newest().opt).toBeNull()
    driver.advanceTo(NOON_MS + 600_000)
    expect(newest()).toMatchObject({ revision: 2, opt: optDefault, optCause: 'deadline', optDetail: expect.stringContaining('deadline') })
    driver.advanceTo(NOON_MS + 700_000)
    expect(events()).toHaveLength(2)
    expect(ordered()).toEqual(optDefault === 'optIn' ? ['event 2'] : [])
  })

  it('asks again for every modification; what was agreed to goes on meanwhile, and ends when the change is declined', () => {
    const { event, ask, distribute, ordered } = waiting()
    ask({ action: 'approve', eventId: event.eventId })
    const changed = distribute(aClaim({ modificationNumber: 1, intervals: at(2, 4) }))
    expect(changed).toMatchObject({ revision: 3, opt: null, ordered: true })
    expect(ordered()).toEqual(['event 2'])
    ask({ action: 'decline', eventId: event.eventId })
    expect(ordered()).toEqual(['event 2', 'cancelled 4'])
  })

  it('asks nobody twice for the same message', () => {
    const { events, distribute, ask, event } = waiting()
    distribute(aClaim())
    ask({ action: 'approve', eventId: event.eventId })
    distribute(aClaim())
    expect(events()).toHaveLength(2)
  })

  it('lets an operator think again while the event is not over', () => {
    const { driver, event, ask, ordered } = waiting()
    ask({ action: 'approve', eventId: event.eventId })
    expect(ask({ action: 'decline', eventId: event.eventId })).toMatchObject({ revision: 3, opt: 'optOut' })
    expect(ask({ action: 'approve', eventId: event.eventId })).toMatchObject({ revision: 4, opt: 'optIn' })
    expect(ordered()).toEqual(['event 2', 'cancelled 3', 'event 4'])
    driver.advanceTo(NOON_MS + 3 * HOUR_MS)
    expect(ask({ action: 'decline', eventId: event.eventId })).toMatchObject({
      kind: 'refused',
      refusal: expect.stringMatching(/^eventId: .*over/),
    })
  })

  test.each([
    ['nobody’s event', { eventId: 'nobody' }, /^eventId: there is no event "nobody"/],
    ['no event', { eventId: '' }, /^eventId: is empty/],
    ['a revision that has passed', { revision: 7 }, /^revision: 7 was looked at, but the event has revision 1/],
  ])('refuses an answer about %s by name', (_, change, words) => {
    const { event, ask } = waiting()
    const answer = ask({ action: 'approve', eventId: event.eventId, ...change })
    expect(answer).toMatchObject({ kind: 'refused', refusal: expect.stringMatching(words), vtnId: 'olga' })
  })

  it('lets nobody approve what breaks the terms, or was cancelled', () => {
    const broken = waiting({ noticeS: 3 * 3600 })
    expect(broken.event.optCause).toBe('termsBroken')
    expect(broken.ask({ action: 'approve', eventId: broken.event.eventId }).refusal).toMatch(/breaks the terms .*noticeS/)
    const { event, distribute, ask, driver, events } = waiting()
    distribute()
    expect(ask({ action: 'approve', eventId: event.eventId }).refusal).toMatch(/is cancelled/)
    driver.advanceTo(NOON_MS + HOUR_MS)
    expect(events().map(({ kind }) => kind)).toEqual(['event', 'cancelled', 'refused'])
  })

  it('cancels at the devices only what they know', () => {
    const { distribute, ordered } = waiting()
    distribute()
    expect(ordered()).toEqual([])
  })

  it('comes to the same wherever it crashes', () => {
    const outcome = (crashAnywhere?: number) => {
      const control = startControl(byOperator, { maxRecordsPerTransaction: 1, markers: false, ...(crashAnywhere ? { crashAnywhere } : {}) })
      const { eventId } = control.distribute(aClaim(), aClaim({ theirEventId: 'F' }))
      control.ask({ action: 'approve', eventId })
      control.driver.advanceTo(NOON_MS + HOUR_MS)
      return [
        control.events().map(({ theirEventId, revision, opt, optCause }) => [theirEventId, revision, opt, optCause]),
        control.ordered(),
      ]
    }
    for (const seed of [1, 2, 3, 4]) expect(outcome(seed)).toEqual(outcome())
  })
})

test.each([
  ['drill', true, 'drill'],
  ['performanceTest', true, 'performanceTest'],
  ['performanceTest', false, 'none'],
] as const)('with testEvent %s, a test event (%s) of the VTN is %s', (testEvent, isTest, kind) => {
  expect(startControl({ testEvent }).distribute(aClaim({ test: isTest })).test).toBe(kind)
})

test.each(['none', 'drill', 'performanceTest'] as const)('a request that names its kind of test, %s, means that kind', (kind) => {
  const intervals = at(2, 3)
  for (const testEvent of ['drill', 'performanceTest'] as const)
    expect(startControl({ testEvent }).ask({ action: 'create', intervals, test: kind }).test).toBe(kind)
})
