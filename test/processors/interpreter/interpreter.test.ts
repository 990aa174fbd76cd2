/** The control topics through the driver: terms and requests in, events out. */
import { describe, expect, test } from 'vitest'
import { createInterpreter } from '../../../processors/interpreter/processor.ts'
import { programs } from '../../../processors/programs/processor.ts'
import type { Topology } from '../../../processors/runtime/define.ts'
import type { ProgramChange } from '../../../schemas/programs.ts'
import type { UtilityRequest } from '../../../schemas/utility.ts'
import {
  programsChanges,
  programsView,
  rejectedRecords,
  utilityEvents,
  utilityRequests,
  utilitySignals,
} from '../../../topics/catalogue.ts'
import { aRequest } from '../../build/request.ts'
import { aProgramChange, someTerms } from '../../build/terms.ts'
import { createDriver, type DriverOptions } from '../../driver/driver.ts'

const topology: Topology = {
  subTopologies: [{ name: 'control', partitioning: 'one', processors: [programs, createInterpreter({})] }],
  external: [programsChanges, utilitySignals, utilityRequests],
  terminal: [utilityEvents, programsView, rejectedRecords],
}

function start(changes: readonly ProgramChange[] = [aProgramChange()], options: Partial<DriverOptions> = {}) {
  const driver = createDriver(topology, { startMs: 1_000_000, ...options })
  for (const change of changes) driver.send(programsChanges, change)
  driver.run()
  const ask = (...requests: readonly UtilityRequest[]) => {
    for (const request of requests) driver.send(utilityRequests, request)
    driver.run()
    return events()
  }
  const events = () => driver.read(utilityEvents).flatMap(({ value }) => (value ? [value] : []))
  return { driver, ask, events }
}

describe('programs', () => {
  test('terms that contradict each other are put aside with every field named', () => {
    const { driver } = start([aProgramChange({ terms: someTerms({ minDurationS: 9_000, maxDurationS: 900, levels: [], stepS: 700 }) })])
    const [rejected] = driver.read(rejectedRecords)
    expect(driver.read(programsView)).toEqual([])
    for (const field of ['minDurationS', 'levels', 'stepS']) expect(rejected?.value?.detail).toContain(field)
  })

  test('an operator needs time to answer, and a share is at most the whole', () => {
    const terms = someTerms({ optPolicy: 'operator', optDeadlineS: 0, minDeliverablePermille: 1001 })
    const [rejected] = start([aProgramChange({ terms })]).driver.read(rejectedRecords)
    for (const field of ['optDeadlineS', 'minDeliverablePermille']) expect(rejected?.value?.detail).toContain(field)
  })

  test('a later version holds from its time on, and the same change twice counts once', () => {
    const later = aProgramChange({ changeId: 'later', effectiveFromMs: 5_000, terms: someTerms({ title: 'Later' }) })
    const { driver } = start([aProgramChange(), later, later])
    const versions = driver
      .read(programsView)
      .at(-1)
      ?.value?.versions.map(({ version, effectiveFromMs, terms }) => [version, effectiveFromMs, terms.title])
    expect(versions).toEqual([
      [1, 0, 'Summer shed'],
      [2, 5_000, 'Later'],
    ])
  })
})

describe('requests', () => {
  test('create, modify and cancel count revisions of one event', () => {
    const { ask } = start()
    const longer = [{ startMs: 36_000_000, endMs: 43_200_000, level: '1', valueW: null }]
    const events = ask(
      aRequest(),
      aRequest({ action: 'modify', modificationNumber: 1, intervals: longer }),
      aRequest({ action: 'cancel', modificationNumber: 2 }),
    )
    expect(events.map(({ kind, revision, endMs }) => [kind, revision, endMs])).toEqual([
      ['event', 1, 39_600_000],
      ['event', 2, 43_200_000],
      ['cancelled', 3, 43_200_000],
    ])
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(1)
  })

  test('the same request twice is answered once, and the same event again by what stands', () => {
    const [first, second, ...others] = start().ask(aRequest(), aRequest(), aRequest({ requestId: 'other' }))
    expect(others).toEqual([])
    expect(first).toMatchObject({ revision: 1, again: false, signal: { offset: 0 } })
    expect(second).toMatchObject({ revision: 1, again: true, signal: { offset: 2 } })
  })

  const refused: readonly (readonly [string, Partial<UtilityRequest>, RegExp])[] = [
    ['an unknown program', { programId: 'nobody' }, /programId: unknown program "nobody"/],
    ['an unknown level', { intervals: [{ startMs: 1, endMs: 2, level: '9', valueW: null }] }, /intervals\[0\]\.level: "9"/],
    ['no interval', { intervals: [] }, /intervals/],
    ['an interval that ends before it starts', { intervals: [{ startMs: 2, endMs: 1, level: '2', valueW: null }] }, /intervals\[0\]/],
    [
      'overlapping intervals',
      {
        intervals: [
          { startMs: 1, endMs: 9, level: '2', valueW: null },
          { startMs: 5, endMs: 12, level: '2', valueW: null },
        ],
      },
      /intervals\[1\]\.startMs/,
    ],
    ['a target that names nobody', { targets: [{ kind: 'resource', ids: [] }] }, /targets/],
    ["someone else's VEN", { targets: [{ kind: 'ven', ids: ['theirs'] }] }, /venID "theirs"/],
    ['an event without id', { theirEventId: '' }, /theirEventId/],
  ]
  test.each(refused)('%s is refused by name, never taken for everybody', (_, changes, words) => {
    const [event, ...others] = start().ask(aRequest(changes))
    expect([event?.kind, others.length]).toEqual(['refused', 0])
    expect(event?.refusal).toMatch(words)
  })

  test('an older modification is refused and the event in force stays', () => {
    const { ask } = start()
    const events = ask(aRequest({ modificationNumber: 3 }), aRequest({ requestId: 'late', modificationNumber: 2 }))
    expect(events.map(({ kind }) => kind)).toEqual(['event', 'refused'])
    expect(ask(aRequest({ action: 'cancel', modificationNumber: 3 })).at(-1)).toMatchObject({ kind: 'cancelled', revision: 2 })
  })

  test.each(['modify', 'cancel'] as const)('to %s what nobody knows is refused by name', (action) => {
    expect(start().ask(aRequest({ action }))).toMatchObject([{ kind: 'refused', refusal: expect.stringMatching(/^theirEventId: .*"E"/) }])
  })

  test.each([
    ['says not what it stops', null, /^hold: is missing/],
    ['names nothing in its scope', { scope: 'vendor', id: '' }, /^hold.id: must name the vendor/],
    ['names something with scope all', { scope: 'all', id: 'x' }, /^hold.id: must be left empty/],
  ] as const)('a hold that %s is refused by name', (_, hold, words) => {
    expect(start().ask(aRequest({ action: 'hold', hold }))).toMatchObject([{ kind: 'refused', refusal: expect.stringMatching(words) }])
  })

  test('an operator hold passes through with its scope', () => {
    const [event] = start().ask(aRequest({ action: 'hold', hold: { scope: 'vendor', id: 'acme' } }))
    expect(event).toMatchObject({ kind: 'hold', hold: { scope: 'vendor', id: 'acme' } })
  })

  test('crashes anywhere leave the same events', () => {
    const requests = Array.from({ length: 30 }, (_, index) =>
      aRequest({ theirEventId: `E${index % 10}`, modificationNumber: Math.floor(index / 10), priority: index }),
    )
    const outcome = (options: Partial<DriverOptions>) => {
      const events = start(undefined, { maxRecordsPerTransaction: 3, ...options }).ask(...requests)
      return events.map(({ eventId, revision, rank, kind }) => [eventId, revision, rank, kind])
    }
    for (const crashAnywhere of [1, 2, 3]) expect(outcome({ crashAnywhere })).toEqual(outcome({}))
  })
})
