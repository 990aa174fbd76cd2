/** Enrollment through its topics: changes in, verdicts and states out. */
import { describe, expect, test } from 'vitest'
import { createEnrollment } from '../../../processors/enrollment/processor.ts'
import type { Topology } from '../../../processors/runtime/define.ts'
import type { EnrollmentChange } from '../../../schemas/enrollment.ts'
import type { Program } from '../../../schemas/programs.ts'
import { dispatchOrders, enrollmentChanges, enrollmentState, enrollmentVerdicts } from '../../../topics/catalogue.ts'
import { aChange, someAttributes } from '../../build/changes.ts'
import { readableRenderer } from '../../build/renderer.ts'
import { aProgram } from '../../build/terms.ts'
import { createDriver, type DriverOptions } from '../../driver/driver.ts'

const topology: Topology = {
  subTopologies: [{ name: 'enrollment', partitioning: 'device', processors: [createEnrollment({ ocpp: readableRenderer('ocpp') })] }],
  external: [enrollmentChanges, dispatchOrders],
  terminal: [enrollmentVerdicts, enrollmentState],
}

function start(programs: readonly Program[] = [aProgram('P'), aProgram('Q')], options: Partial<DriverOptions> = {}) {
  const driver = createDriver(topology, { startMs: 1_000_000, devicePartitions: 2, ...options })
  const announce = (known: readonly Program[], orderSeq: number) => {
    for (const partition of [0, 1])
      driver.send(dispatchOrders, { orderSeq, events: [], programs: known, allocations: [], holds: [], holdsChanged: false }, { partition })
    driver.run()
  }
  announce(programs, 1)
  const take = (...changes: readonly EnrollmentChange[]) => {
    for (const change of changes) driver.send(enrollmentChanges, change)
    driver.run()
    return driver
      .read(enrollmentVerdicts)
      .slice(-changes.length)
      .map(({ value }) => value?.refusal)
  }
  const stateOf = (deviceId: string) => driver.read(enrollmentState).findLast(({ key }) => key === deviceId)?.value
  return { driver, announce, take, stateOf }
}

describe('what is refused, and why', () => {
  const cases: readonly (readonly [string, readonly EnrollmentChange[], string])[] = [
    ['a device that nobody registered', [aChange('suspended')], 'unknownDevice'],
    ['a second registration', [aChange('registered'), aChange('registered', { changeId: 'again' })], 'alreadyRegistered'],
    ['an unknown program', [aChange('registered'), aChange('enrolled', { programId: 'Z' })], 'unknownProgram'],
    [
      'an enrollment twice at a time',
      [aChange('registered'), aChange('enrolled', { programId: 'P' }), aChange('enrolled', { programId: 'P', effectiveFromMs: 5 })],
      'alreadyEnrolled',
    ],
    ['leaving a program it is not in', [aChange('registered'), aChange('unenrolled', { programId: 'P' })], 'notEnrolled'],
    [
      'a period that ends before it starts',
      [aChange('registered'), aChange('suspended', { effectiveFromMs: 9, effectiveUntilMs: 9 })],
      'invalidPeriod',
    ],
    ['an opt-out of no event', [aChange('registered'), aChange('optedOut')], 'missingField'],
    ['attributes that make no sense', [aChange('registered', { attributes: someAttributes({ ratedW: -1 }) })], 'invalidAttributes'],
    [
      'a meter in a program',
      [aChange('registered', { attributes: someAttributes({ protocol: 'none' }) }), aChange('enrolled', { programId: 'P' })],
      'notCommandable',
    ],
    [
      'a device that takes no payload',
      [aChange('registered', { attributes: someAttributes({ model: 'unrenderable' }) }), aChange('enrolled', { programId: 'P' })],
      'noTemplate',
    ],
    ['anything after termination', [aChange('registered'), aChange('terminated'), aChange('suspended')], 'terminated'],
    ['the same change twice', [aChange('registered'), aChange('suspended'), aChange('suspended')], 'duplicate'],
  ]
  test.each(cases)('%s', (_, changes, refusal) => {
    expect(
      start()
        .take(...changes)
        .at(-1),
    ).toBe(refusal)
  })
})

describe('the state of a device', () => {
  test('holds a template per program and level, with its limit, and one for release', () => {
    const { take, stateOf } = start()
    take(aChange('registered', { attributes: someAttributes({ standingLimitW: 6_000 }) }), aChange('enrolled', { programId: 'P' }))
    const limits = stateOf('d-1')?.templates.map(({ programId, level, limitW }) => [programId, level, limitW])
    expect(limits).toEqual([
      ['P', '1', 6_000],
      ['P', '2', 5_500],
      ['P', '3', 0],
      ['P', 'release', 11_000],
    ])
  })

  test('renders again when the terms change', () => {
    const { take, stateOf, announce } = start()
    take(aChange('registered'), aChange('enrolled', { programId: 'P' }))
    const changed = aProgram('P', { levels: [{ level: '1', limitPermille: 100 }] })
    announce([{ programId: 'P', versions: changed.versions.map((version) => ({ ...version, version: 2 })) }], 2)
    expect(stateOf('d-1')?.templates.map(({ level, limitW }) => [level, limitW])).toEqual([
      ['1', 1_100],
      ['release', 11_000],
    ])
    expect(stateOf('d-1')?.enrollments[0]?.termsVersion).toBe(2)
  })

  test('renders from new terms when their time comes', () => {
    const { driver, take, stateOf, announce } = start()
    take(aChange('registered'), aChange('enrolled', { programId: 'P' }))
    const later = aProgram('P', { levels: [{ level: '1', limitPermille: 100 }] }).versions.map((version) => ({
      ...version,
      version: 2,
      effectiveFromMs: 2_000_000,
    }))
    announce([{ programId: 'P', versions: [...aProgram('P').versions, ...later] }], 2)
    expect(stateOf('d-1')?.templates).toHaveLength(4)
    driver.advanceTo(2_000_000)
    expect(stateOf('d-1')?.templates).toHaveLength(2)
  })

  test('keeps suspensions apart from holds, and ends only what is meant', () => {
    const { take, stateOf } = start()
    take(
      aChange('registered'),
      aChange('suspended', { effectiveFromMs: 10, programId: 'P' }),
      aChange('held', { effectiveFromMs: 10 }),
      aChange('resumed', { effectiveFromMs: 20 }),
    )
    expect(stateOf('d-1')?.suspensions).toEqual([
      { programId: 'P', held: false, fromMs: 10, untilMs: 20 },
      { programId: null, held: true, fromMs: 10, untilMs: null },
    ])
  })

  test('a back-dated move falls between the places already known', () => {
    const { take, stateOf } = start()
    take(
      aChange('registered'),
      aChange('moved', { siteId: 'site-3', effectiveFromMs: 300 }),
      aChange('moved', { siteId: 'site-2', effectiveFromMs: 200 }),
    )
    expect(stateOf('d-1')?.memberships.map(({ siteId, fromMs, untilMs }) => [siteId, fromMs, untilMs])).toEqual([
      ['site-1', 0, 200],
      ['site-2', 200, 300],
      ['site-3', 300, null],
    ])
  })

  test('cites the offset of the last change folded in', () => {
    const { driver, take, stateOf } = start()
    take(aChange('registered'), aChange('suspended'), aChange('resumed', { deviceId: 'unknown' }))
    const last = driver.read(enrollmentChanges).findLast(({ key }) => key === 'd-1')
    expect(stateOf('d-1')?.lastChangeOffset).toBe(last?.offset)
  })
})

describe('crashes', () => {
  const changes = Array.from({ length: 40 }, (_, index) => `d-${index}`).flatMap((deviceId) => [
    aChange('registered', { deviceId }),
    aChange('enrolled', { deviceId, programId: 'P' }),
    aChange('suspended', { deviceId, effectiveFromMs: 50 }),
    aChange('optedOut', { deviceId, eventId: 'E' }),
  ])
  const final = (options: Partial<DriverOptions>) => {
    const { driver, take } = start(undefined, { maxRecordsPerTransaction: 7, ...options })
    take(...changes)
    return new Map(driver.read(enrollmentState).map(({ key, value }) => [key, JSON.stringify({ ...value, lastChangeOffset: 0 })]))
  }
  const undisturbed = final({})

  test.each([1, 2, 3, 4, 5])('anywhere leave the same states (seed %i)', (crashAnywhere) => {
    expect(final({ crashAnywhere })).toEqual(undisturbed)
  })

  test('and changes delivered twice as well', () => {
    expect(final({ deliverTwice: true })).toEqual(undisturbed)
  })
})

describe('what a device says of itself', () => {
  const says = (extra: Readonly<Record<string, string>>, changeId: string) =>
    aChange('attributesChanged', {
      attributes: someAttributes({ ratedW: 5_000, cadenceS: 1, extra: { ...extra } }),
      actor: 'device',
      changeId,
    })

  test('fills in traits that the registration leaves open, and overrules none', () => {
    const { take, stateOf } = start()
    const attributes = someAttributes({ extra: { maxPeriods: '24', stackLevel: '' } })
    expect(take(aChange('registered', { attributes }), says({ maxPeriods: '6', stackLevel: '0', profileId: '7' }, 'says'))).toEqual([
      null,
      null,
    ])
    expect(stateOf('d-1')?.attributes).toEqual({ ...attributes, extra: { maxPeriods: '24', stackLevel: '0', profileId: '7' } })
  })

  test('takes nothing of an operator back that came between the question and the answer', () => {
    const { take, stateOf } = start()
    const newer = someAttributes({ ratedW: 22_080, extra: { maxPeriods: '3' } })
    take(aChange('registered'), aChange('attributesChanged', { attributes: newer }), says({ maxPeriods: '6' }, 'late'))
    expect(stateOf('d-1')?.attributes).toEqual(newer)
  })

  test('counts once, however often it is said', () => {
    const { take } = start()
    expect(take(aChange('registered'), says({ maxPeriods: '6' }, 'same'), says({ maxPeriods: '6' }, 'same'))).toEqual([
      null,
      null,
      'duplicate',
    ])
  })
})
