/** What VTNs are told of resources: when nobody of one takes part, and when somebody does again; never of devices. */
import { expect, it, test } from 'vitest'
import type { ResourceCapacity } from '../../../schemas/dispatch.ts'
import { HOUR_MS, NOON_MS } from '../../build/events.ts'
import { aClaim, startControl } from '../interpreter/control.ts'

const terms = { settledUnit: 'resource' } as const
const aResource = (changes: Partial<ResourceCapacity> = {}): ResourceCapacity => ({
  resourceId: 'north',
  devices: 4,
  callable: 4,
  availableW: 8_000,
  mostW: 8_000,
  floorW: 0,
  optOuts: [],
  ...changes,
})
const left = (eventId: string, devices: number, overrides = 0) => [{ eventId, devices, overrides }]

function begin(change: Parameters<typeof aClaim>[0] = {}, more: Parameters<typeof startControl>[0] = {}) {
  const control = startControl({ ...terms, ...more })
  control.publish(8_000, [aResource()])
  return { ...control, event: control.distribute(aClaim(change)) }
}
const said = ({ opts }: ReturnType<typeof begin>) =>
  opts().map(({ action, opt, reason, resourceIds, detail }) => [action, opt, reason, ...resourceIds, detail.slice(0, 1)].join(' ').trim())

it('tells of a resource that nobody is left of, and takes it back when somebody returns', () => {
  const control = begin()
  const { eventId } = control.event
  control.publish(8_000, [aResource({ optOuts: left(eventId, 3) })])
  expect(control.opts()).toEqual([])
  control.publish(8_000, [aResource({ optOuts: left(eventId, 4) })])
  expect(control.opts()).toMatchObject([
    {
      ...{
        vtnId: 'vtn-1',
        action: 'create',
        opt: 'optOut',
        reason: 'notParticipating',
        resourceIds: ['north'],
        status: 'pending',
        attempt: 0,
      },
      ...{ theirEventId: 'E', modificationNumber: 0, marketContext: 'http://utility.example/summer-shed' },
      ...{ periods: [], detail: '4 of 4 devices take no part' },
    },
  ])
  control.publish(8_000, [aResource({ optOuts: left(eventId, 4), availableW: 7_000 })])
  expect(control.opts()).toHaveLength(1)
  control.publish(8_000, [aResource({ optOuts: left(eventId, 1) })])
  expect(said(control)).toEqual(['create optOut notParticipating north 4', 'cancel optOut notParticipating north'])
  expect(new Set(control.opts().map(({ optId }) => optId)).size).toBe(1)
  control.driver.advanceTo(NOON_MS + HOUR_MS)
  control.publish(8_000, [aResource({ optOuts: left(eventId, 4) })])
  expect(new Set(control.opts().map(({ optId }) => optId)).size).toBe(2)
})

test.each([
  ['customers', { optOuts: 4, overrides: 1 }, 'notParticipating'],
  ['overrides at every device', { optOuts: 4, overrides: 4 }, 'overrideStatus'],
  ['suspensions', { callable: 0 }, 'outageRunStatus'],
  ['suspensions and customers', { callable: 3, optOuts: 3 }, 'notParticipating'],
] as const)(
  'names the reason: %s',
  (_, { callable = 4, optOuts = 0, overrides = 0 }: { callable?: number; optOuts?: number; overrides?: number }, reason) => {
    const control = begin()
    control.publish(8_000, [aResource({ callable, optOuts: optOuts > 0 ? left(control.event.eventId, optOuts, overrides) : [] })])
    expect(said(control)).toEqual([`create optOut ${reason} north 4`])
  },
)

it('adds a resource up over all partitions', () => {
  const control = begin()
  const { eventId } = control.event
  control.publish(8_000, [aResource({ optOuts: left(eventId, 4) })], 0)
  const before = control.opts().length
  control.publish(8_000, [aResource({ optOuts: left(eventId, 3) })], 1)
  control.publish(8_000, [aResource({ optOuts: left(eventId, 4) })], 1)
  expect([before, ...said(control).map((words) => words.split(' ')[0])]).toEqual([1, 'create', 'cancel', 'create'])
})

it('says nothing while one partition has too many resources to tell of', () => {
  const control = begin()
  control.publish(8_000, [], 1, true)
  control.publish(8_000, [aResource({ optOuts: left(control.event.eventId, 4) })])
  expect(control.opts()).toEqual([])
})

test.each([
  ['its resources are not the utility’s', {}, { settledUnit: 'device' }],
  ['it addresses other resources', { targets: [{ kind: 'resource', ids: ['south'] }] }, {}],
  ['an operator has still to answer', {}, { optPolicy: 'operator', optDeadlineS: 600 }],
  ['we are not in it anyway', {}, { noticeS: 86_400 }],
] as const)('says nothing of an event when %s', (_, change, more) => {
  const control = begin(change as never, more as never)
  control.publish(8_000, [aResource({ optOuts: left(control.event.eventId, 4) })])
  expect(control.opts()).toEqual([])
})

it('tells it anew when the VTN changes the event', () => {
  const control = begin()
  control.publish(8_000, [aResource({ optOuts: left(control.event.eventId, 4) })])
  control.distribute(
    aClaim({
      modificationNumber: 1,
      intervals: [{ startMs: NOON_MS + 2 * HOUR_MS, endMs: NOON_MS + 4 * HOUR_MS, level: '2', valueW: null }],
    }),
  )
  expect(control.opts().map(({ action, modificationNumber }) => `${action} ${modificationNumber}`)).toEqual([
    'create 0',
    'cancel 0',
    'create 1',
  ])
})

it('has nothing to tell of an event that is over or cancelled', () => {
  const cancelled = begin()
  cancelled.distribute()
  cancelled.publish(8_000, [aResource({ optOuts: left(cancelled.event.eventId, 4) })])
  const over = begin()
  over.driver.advanceTo(NOON_MS + 3 * HOUR_MS)
  over.publish(8_000, [aResource({ optOuts: left(over.event.eventId, 4) })])
  expect([...cancelled.opts(), ...over.opts()]).toEqual([])
})

it('says nothing of events that came by request', () => {
  const control = begin()
  const event = control.ask({ action: 'create', theirEventId: 'R', intervals: control.event.intervals })
  control.publish(8_000, [aResource({ optOuts: left(event.eventId, 4) })])
  expect(event.opt).toBe('optIn')
  expect(control.opts()).toEqual([])
})
