/** Every outcome of the closed list, each brought about by the fact that it names. */
import { describe, expect, it } from 'vitest'
import { type DecisionOutcome, decisionOutcome } from '../../../schemas/dispatch.ts'
import type { DeviceState } from '../../../schemas/enrollment.ts'
import type { ProgramTerms } from '../../../schemas/program-terms.ts'
import { aDevice, anEnrollment } from '../../build/devices.ts'
import { anEvent, anInterval, HOUR_MS, NOON_MS } from '../../build/events.ts'
import { aProgram } from '../../build/terms.ts'
import { decideOn, ledgerAfter, outcomesOf, type Scene } from './planning.ts'

const at = (hours: number): number => NOON_MS + hours * HOUR_MS
const always = { fromMs: 0, untilMs: null }

interface Case {
  readonly outcome: DecisionOutcome
  readonly because: string
  readonly device?: DeviceState
  readonly terms?: Partial<ProgramTerms>
  readonly scene?: Partial<Scene>
}

const withEnrollment = (changes: Parameters<typeof anEnrollment>[1]) => aDevice({ enrollments: [anEnrollment('summer-shed', changes)] })
const allocation = {
  eventId: 'E',
  round: 0,
  targetW: 1,
  calledW: 1,
  shortfallW: 0,
  thresholdEvents: 0,
  thresholdBucket: -1,
  division: null,
}

const cases: readonly Case[] = [
  { outcome: 'sent', because: 'nothing forbids it' },
  { outcome: 'sentAtRisk', because: 'it starts before the protocol can react', scene: { nowMs: at(2) - 30_000, reactionTimeS: 60 } },
  {
    outcome: 'suspended',
    because: 'the device is suspended',
    device: aDevice({ suspensions: [{ programId: null, held: false, ...always }] }),
  },
  {
    outcome: 'optedOut',
    because: 'the customer left the event',
    device: aDevice({ optOuts: [{ eventId: 'E', actor: 'customer', ...always }] }),
  },
  {
    outcome: 'optedOut',
    because: 'a customer may leave within the allowance, though the program is mandatory',
    device: aDevice({ optOuts: [{ eventId: 'E', actor: 'customer', ...always }] }),
    terms: { mandatory: true, optOutAllowance: 1 },
  },
  {
    outcome: 'sent',
    because: 'beyond the allowance of a mandatory program an opt-out is not obeyed',
    device: aDevice({
      optOuts: [
        { eventId: 'earlier', actor: 'customer', fromMs: at(-48), untilMs: null },
        { eventId: 'E', actor: 'customer', fromMs: at(0), untilMs: null },
      ],
    }),
    terms: { mandatory: true, optOutAllowance: 1 },
  },
  {
    outcome: 'overriddenByCustomer',
    because: 'an override at the device is never fought, not even in a mandatory program',
    device: aDevice({ optOuts: [{ eventId: 'E', actor: 'device', ...always }] }),
    terms: { mandatory: true, optOutAllowance: 0 },
  },
  { outcome: 'terminated', because: 'the device is gone', device: aDevice({ terminatedMs: at(1) }) },
  { outcome: 'notYetEffective', because: 'it enrolls after the event', device: withEnrollment({ fromMs: at(9) }) },
  { outcome: 'notYetEffective', because: 'the utility has not confirmed it', device: withEnrollment({ registration: 'submitted' }) },
  { outcome: 'notEnrolled', because: 'it left the program this season', device: withEnrollment({ untilMs: at(-1) }) },
  { outcome: 'notEnrolled', because: 'the utility rejected it', device: withEnrollment({ registration: 'rejected' }) },
  {
    outcome: 'notTargeted',
    because: 'other devices are named',
    scene: { events: [anEvent({ targets: [{ kind: 'device', ids: ['d-2'] }] })] },
  },
  { outcome: 'notTargeted', because: 'no target means nobody', scene: { events: [anEvent({ targets: [] })] } },
  {
    outcome: 'notTargeted',
    because: 'another resource is named',
    scene: { events: [anEvent({ targets: [{ kind: 'resource', ids: ['r-2'] }] })] },
    device: withEnrollment({ resourceId: 'r-1' }),
  },
  {
    outcome: 'sent',
    because: 'its resource is named',
    scene: { events: [anEvent({ targets: [{ kind: 'resource', ids: ['r-1'] }] })] },
    device: withEnrollment({ resourceId: 'r-1' }),
  },
  { outcome: 'sent', because: 'its place is named', scene: { events: [anEvent({ targets: [{ kind: 'place', ids: ['feeder-1'] }] })] } },
  {
    outcome: 'sent',
    because: 'its group is named',
    device: aDevice({ attributes: { extra: { groups: 'north, depot' } } }),
    scene: { events: [anEvent({ targets: [{ kind: 'group', ids: ['depot'] }] })] },
  },
  { outcome: 'outsideProgramHours', because: 'the season is over', terms: { seasonStart: '11-01', seasonEnd: '03-31' } },
  { outcome: 'sent', because: 'a season may cross New Year', terms: { seasonStart: '07-01', seasonEnd: '03-31' } },
  { outcome: 'outsideProgramHours', because: 'weekdays are not allowed', terms: { dayTypes: ['saturday', 'sunday'] } },
  { outcome: 'outsideProgramHours', because: 'a holiday is no weekday', terms: { dayTypes: ['weekday'], holidays: ['2026-07-15'] } },
  { outcome: 'outsideProgramHours', because: 'it starts too early in the day', terms: { dayStartMinute: 15 * 60 } },
  { outcome: 'outsideProgramHours', because: 'it ends too late in the day', terms: { dayEndMinute: 15 * 60 } },
  {
    outcome: 'outsideProgramHours',
    because: 'it crosses midnight',
    terms: { dayEndMinute: 1380 },
    scene: { events: [anEvent({ startMs: at(11), endMs: at(13) })] },
  },
  { outcome: 'outsideProgramHours', because: 'it is too long', terms: { maxDurationS: 3600 } },
  { outcome: 'outsideProgramHours', because: 'it is too short', terms: { minDurationS: 3 * 3600 } },
  { outcome: 'noticeTooShort', because: 'the terms want more notice', terms: { noticeS: 3 * 3600 } },
  {
    outcome: 'capacityNotNeeded',
    because: 'others are called first',
    scene: { events: [anEvent({ targetW: 1 })], allocations: [allocation] },
  },
  { outcome: 'tooLate', because: 'less is left than is worth it', terms: { minUsefulS: 3600 }, scene: { nowMs: at(3.5) } },
  { outcome: 'tooLate', because: 'it is over', scene: { nowMs: at(5) } },
  {
    outcome: 'operatorHold',
    because: 'the operator holds the device',
    device: aDevice({ suspensions: [{ programId: 'summer-shed', held: true, ...always }] }),
  },
  { outcome: 'operatorHold', because: 'everything is held', scene: { holds: [{ scope: 'all', id: '' }] } },
  { outcome: 'operatorHold', because: 'the program is held', scene: { holds: [{ scope: 'program', id: 'summer-shed' }] } },
  { outcome: 'operatorHold', because: 'the vendor is held', scene: { holds: [{ scope: 'vendor', id: 'acme' }] } },
  { outcome: 'operatorHold', because: 'the place is held', scene: { holds: [{ scope: 'place', id: 'feeder-1' }] } },
  { outcome: 'sent', because: 'another place is held', scene: { holds: [{ scope: 'place', id: 'feeder-2' }] } },
  { outcome: 'noTemplate', because: 'its model cannot be rendered for', device: aDevice({ attributes: { model: 'unrenderable' } }) },
  {
    outcome: 'noTemplate',
    because: 'the level was never rendered',
    scene: { events: [anEvent({ intervals: [anInterval(at(2), at(4), '9')] })] },
  },
]

/** Those that need a story of their own, told in the tests named. */
const elsewhere: readonly DecisionOutcome[] = ['outranked', 'eventLimitReached', 'released', 'internalFault']

describe('the outcome of an event', () => {
  it.each(cases)('is $outcome when $because', ({ outcome, device, terms, scene }) => {
    const programs = [aProgram('summer-shed', terms)]
    expect(outcomesOf(decideOn(device ?? aDevice(), { events: [anEvent()], programs, ...scene }))).toEqual({ E: outcome })
  })

  it('is in the list for every symbol of the schema', () => {
    const shape = decisionOutcome.shape
    const symbols = shape.of === 'enum' ? shape.symbols : []
    expect([...new Set([...cases.map(({ outcome }) => outcome), ...elsewhere])].sort()).toEqual([...symbols].sort())
  })

  it('is nothing for a device that the program never knew, or not in this season', () => {
    expect(outcomesOf(decideOn(aDevice({ enrollments: [anEnrollment('other')] }), { events: [anEvent()] }))).toEqual({})
    const programs = [aProgram('summer-shed', { seasonStart: '06-01', seasonEnd: '09-30' })]
    const lastYear = withEnrollment({ untilMs: NOON_MS - 200 * 24 * HOUR_MS })
    expect(outcomesOf(decideOn(lastYear, { programs, events: [anEvent()] }))).toEqual({})
  })

  it('is notYetEffective before the first version of the terms, and outsideProgramHours in a withdrawn one', () => {
    const [version] = aProgram().versions
    if (!version) throw new Error('the builder makes a version')
    const later = { programId: 'summer-shed', versions: [{ ...version, effectiveFromMs: at(9) }] }
    expect(outcomesOf(decideOn(aDevice(), { programs: [later], events: [anEvent()] }))).toEqual({ E: 'notYetEffective' })
    const withdrawn = { programId: 'summer-shed', versions: [{ ...version, withdrawn: true }] }
    expect(outcomesOf(decideOn(aDevice(), { programs: [withdrawn], events: [anEvent()] }))).toEqual({ E: 'outsideProgramHours' })
  })
})

const limits: readonly (readonly [string, Partial<ProgramTerms>, readonly number[]])[] = [
  ['two events a day', { maxEventsPerDay: 2 }, [2, 5, 8]],
  ['two events a month', { maxEventsPerMonth: 2 }, [2, 26, 50]],
  ['two events a season', { maxEventsPerSeason: 2 }, [2, 26, 26 + 40 * 24]],
  ['two hours a season', { maxHoursPerSeason: 2 }, [2, 26, 50]],
  ['two days in a row', { maxConsecutiveDays: 2 }, [2, 26, 50]],
  ['a day of rest', { restS: 86_400 }, [2, 50, 51]],
]

describe('event limits', () => {
  it.each(limits)('allow %s and no more', (_name, terms, starts) => {
    const programs = [aProgram('summer-shed', terms)]
    const events = starts.map((hours, index) => anEvent({ eventId: `e${index}`, startMs: at(hours), endMs: at(hours + 1) }))
    const expected = { e0: 'sent', e1: 'sent', e2: 'eventLimitReached' }
    expect(outcomesOf(decideOn(aDevice(), { programs, events }))).toEqual(expected)
    // The same when each event comes after the one before it is over.
    let ledger = ledgerAfter(decideOn(aDevice(), { programs, events: events.slice(0, 1) }))
    ledger = ledgerAfter(decideOn(aDevice(), { programs, events: events.slice(1, 2), nowMs: at((starts[1] ?? 0) - 1) }, ledger), ledger)
    const last = decideOn(aDevice(), { programs, events: events.slice(2), nowMs: at((starts[2] ?? 0) - 0.5) }, ledger)
    expect(outcomesOf(last)).toEqual({ e2: 'eventLimitReached' })
  })

  it('do not count drills, nor events that never began', () => {
    const programs = [aProgram('summer-shed', { maxEventsPerDay: 1 })]
    const drill = anEvent({ eventId: 'drill', test: 'drill', endMs: at(3) })
    const real = anEvent({ eventId: 'real', startMs: at(5), endMs: at(6) })
    expect(outcomesOf(decideOn(aDevice(), { programs, events: [drill, real] }))).toEqual({ drill: 'sent', real: 'sent' })
    const told = ledgerAfter(decideOn(aDevice(), { programs, events: [anEvent()] }))
    const cancelled = { ...anEvent(), revision: 2, kind: 'cancelled' as const }
    const scene = { programs, events: [anEvent(), cancelled, real] }
    expect(outcomesOf(decideOn(aDevice(), scene, told))).toEqual({ E: 'released', real: 'sent' })
  })

  it('never take a running event away for one that comes later', () => {
    const programs = [aProgram('summer-shed', { maxEventsPerDay: 1 })]
    const told = ledgerAfter(decideOn(aDevice(), { programs, events: [anEvent({ rank: 9 })] }))
    const urgent = anEvent({ eventId: 'urgent', rank: 1, startMs: at(5), endMs: at(6) })
    const scene = { programs, events: [anEvent({ rank: 9 }), urgent], nowMs: at(3) }
    expect(outcomesOf(decideOn(aDevice(), scene, told))).toEqual({ E: 'sent', urgent: 'eventLimitReached' })
  })
})
