/** Whether a credential can command its devices within the notice: the arithmetic, and the verdicts that tell of it. */
import { describe, expect, test } from 'vitest'
import { loadOf, subjectOf, warningOf } from '../../../processors/enrollment/credentials.ts'
import { createEnrollment } from '../../../processors/enrollment/processor.ts'
import type { Topology } from '../../../processors/runtime/define.ts'
import type { EnrollmentChange } from '../../../schemas/enrollment.ts'
import { dispatchOrders, enrollmentChanges, enrollmentState, enrollmentVerdicts } from '../../../topics/catalogue.ts'
import { aChange, someAttributes } from '../../build/changes.ts'
import { anOrder } from '../../build/events.ts'
import { readableRenderer } from '../../build/renderer.ts'
import { aProgram } from '../../build/terms.ts'
import { createDriver, type DriverOptions } from '../../driver/driver.ts'

const perMinute = { quota: { calls: 60, windowS: 60 }, devicesPerCall: 1, reactionTimeS: 0 }
const about = { credential: 'C', programId: 'P', noticeS: 1800 }

describe('the load of a credential', () => {
  test.each([
    ['one call for each device', perMinute, 4200, { calls: 4200, needS: 4200 }],
    ['one call for many', { ...perMinute, devicesPerCall: 25 }, 4201, { calls: 169, needS: 169 }],
    ['and the time that the last device takes', { ...perMinute, reactionTimeS: 90 }, 60, { calls: 60, needS: 150 }],
    ['a quota by the day', { ...perMinute, quota: { calls: 1000, windowS: 86_400 } }, 10, { calls: 10, needS: 864 }],
    ['nothing for no device', perMinute, 0, { calls: 0, needS: 0 }],
  ])('is %s', (_, declaration, devices, load) => {
    expect(loadOf(declaration, devices)).toEqual(load)
  })

  test('is none where each device has a line of its own', () => {
    expect(loadOf({ ...perMinute, quota: null }, 100)).toBeNull()
  })
})

describe('a warning', () => {
  test('says how many devices need how long, and what the notice is', () => {
    expect(warningOf(about, perMinute, 4217)).toBe('credential C, program P: about 4,200 devices need 71 min; notice is 30 min')
    expect(warningOf(about, perMinute, 1_234_567)).toContain('about 1,200,000 devices need 20,577 min')
  })

  test('is not given where the notice suffices', () => {
    expect(warningOf(about, perMinute, 1800)).toBe('')
    expect(warningOf(about, perMinute, 1801)).not.toBe('')
    expect(warningOf(about, { ...perMinute, quota: null }, 100_000)).toBe('')
  })

  test('is about the same whatever its figures', () => {
    const subjects = [2000, 3000].map((devices) => subjectOf(warningOf(about, perMinute, devices)))
    expect(new Set(subjects)).toEqual(new Set(['credential C, program P']))
    expect(subjectOf('attributes.limitUnit: is not W')).toBe('attributes.limitUnit: is not W')
  })
})

const renderers = { thermostat: readableRenderer('thermostat', 0, { quota: { calls: 1, windowS: 60 }, devicesPerCall: 1 }) }
const topology: Topology = {
  subTopologies: [{ name: 'enrollment', partitioning: 'device', processors: [createEnrollment(renderers)] }],
  external: [enrollmentChanges, dispatchOrders],
  terminal: [enrollmentVerdicts, enrollmentState],
}

/** Program P with a notice of ten minutes; one partition, so that counts are exact. */
function start(options: Partial<DriverOptions> = {}) {
  const driver = createDriver(topology, { startMs: 1_000_000, devicePartitions: 1, ...options })
  for (let partition = 0; partition < (options.devicePartitions ?? 1); partition++)
    driver.send(dispatchOrders, anOrder(1, { programs: [aProgram('P', { noticeS: 600 })] }), { partition })
  driver.run()
  const details = () => driver.read(enrollmentVerdicts).map(({ value }) => value?.detail ?? '')
  /** The detail of the verdict on the last one. */
  const take = (...changes: readonly EnrollmentChange[]): string => {
    for (const change of changes) driver.send(enrollmentChanges, change)
    driver.run()
    return details().at(-1) ?? ''
  }
  return { driver, take, details }
}

const register = (deviceId: string, credential = 'C') =>
  aChange('registered', { deviceId, attributes: someAttributes({ protocol: 'thermostat', credential }) })
const enroll = (deviceId: string, changes: Partial<EnrollmentChange> = {}) => aChange('enrolled', { deviceId, programId: 'P', ...changes })
const fleet = (count: number, credential = 'C') =>
  Array.from({ length: count }, (_, index) => [register(`${credential}-${index}`, credential), enroll(`${credential}-${index}`)]).flat()
const WARNING = 'credential C, program P: about 11 devices need 11 min; notice is 10 min'

describe('the verdict on an enrollment', () => {
  test('warns from the device on that is too many', () => {
    const { take, details } = start()
    expect(take(...fleet(11))).toBe(WARNING)
    expect(details().filter((detail) => detail !== '')).toEqual([WARNING])
  })

  test('counts each credential for itself, and no device with a line of its own', () => {
    const { take } = start()
    expect(take(...fleet(10), ...fleet(10, 'D'), ...fleet(30, ''))).toBe('')
  })

  test('counts no device that has left, is terminated, or has another credential now', () => {
    const { take } = start()
    take(...fleet(11))
    take(aChange('unenrolled', { deviceId: 'C-0', programId: 'P', effectiveFromMs: 1_000_000 }))
    expect(take(register('x'), enroll('x'))).toBe(WARNING)
    take(aChange('terminated', { deviceId: 'C-1', effectiveFromMs: 1_000_000 }))
    const other = someAttributes({ protocol: 'thermostat', credential: 'D' })
    expect(take(aChange('attributesChanged', { deviceId: 'C-2', attributes: other }))).toBe('')
    expect(take(register('y'), enroll('y'))).toBe('')
    expect(take(register('z'), enroll('z'))).toBe(WARNING)
  })

  test('warns as well when attributes change', () => {
    const { take } = start()
    take(...fleet(10), register('x', 'D'), enroll('x'))
    const moved = someAttributes({ protocol: 'thermostat', credential: 'C' })
    expect(take(aChange('attributesChanged', { deviceId: 'x', attributes: moved }))).toBe(WARNING)
  })

  test('counts a device once, also when the same change comes again', () => {
    const { take } = start()
    expect(take(...fleet(10), ...fleet(10), register('x'), enroll('x'))).toBe(WARNING)
  })

  test('takes the devices of a partition for its share of all', () => {
    const { details, take } = start({ devicePartitions: 2 })
    take(...fleet(40))
    const warned = details().flatMap((detail) => /about ([0-9]+) devices/.exec(detail)?.[1] ?? [])
    expect(warned.every((count) => Number(count) % 2 === 0)).toBe(true)
    expect(warned.length).toBeGreaterThan(20)
  })

  test.each([1, 2, 3])('is the same whatever crashes (seed %i)', (crashAnywhere) => {
    const calm = start()
    calm.take(...fleet(15))
    const rough = start({ crashAnywhere, maxRecordsPerTransaction: 4 })
    rough.take(...fleet(15))
    expect(rough.details()).toEqual(calm.details())
  })
})
