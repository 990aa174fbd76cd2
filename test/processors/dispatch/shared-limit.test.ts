/** A limit for all devices together: from the signal to a share for each device, divided once in the broadcaster. */
import { describe, expect, it } from 'vitest'
import { availability } from '../../../processors/availability/processor.ts'
import { broadcaster } from '../../../processors/broadcaster/processor.ts'
import { createDispatcher } from '../../../processors/dispatch/processor.ts'
import { createInterpreter } from '../../../processors/interpreter/processor.ts'
import { programs } from '../../../processors/programs/processor.ts'
import type { Topology } from '../../../processors/runtime/define.ts'
import type { DeviceState } from '../../../schemas/enrollment.ts'
import type { ProgramTerms } from '../../../schemas/program-terms.ts'
import type { EventTarget, UtilityEvent } from '../../../schemas/utility.ts'
import {
  dispatchCommands,
  dispatchDecisions,
  dispatchDelivery,
  dispatchOrders,
  enrollmentState,
  programsChanges,
  utilityEvents,
  utilityOpts,
  utilityRequests,
  utilitySignals,
} from '../../../topics/catalogue.ts'
import { aDevice, anEnrollment } from '../../build/devices.ts'
import { anInterval, HOUR_MS, MINUTE_MS, NOON_MS } from '../../build/events.ts'
import { readableRenderer } from '../../build/renderer.ts'
import { aRequest } from '../../build/request.ts'
import { aProgram, aProgramChange, someTerms } from '../../build/terms.ts'
import { createDriver, type Driver, type DriverOptions } from '../../driver/driver.ts'

const topology: Topology = {
  subTopologies: [
    { name: 'control', partitioning: 'one', processors: [programs, createInterpreter({}), broadcaster, availability] },
    { name: 'dispatch', partitioning: 'device', processors: [createDispatcher({ loopback: readableRenderer('loopback') })] },
  ],
  external: [programsChanges, utilitySignals, utilityRequests, enrollmentState, dispatchDelivery],
  terminal: [...Object.values(dispatchCommands), dispatchDecisions, utilityOpts],
}

const levels = [...someTerms().levels, { level: 'IMPORT_CAPACITY_LIMIT', limitPermille: 0 }]
const shared: Partial<ProgramTerms> = { powerLimit: 'allTogether', levels, settledUnit: 'resource' }
const program = aProgram('summer-shed', shared)

/** Of 11 or 22 kW, in feeder-7 or feeder-8 by turns. */
const device = (n: number, change: Partial<DeviceState> = {}) =>
  aDevice({
    deviceId: `d-${n}`,
    attributes: { ratedW: n % 3 === 0 ? 22_000 : 11_000, minimumW: n % 5 === 0 ? 1_400 : 0 },
    programs: [program],
    enrollments: [anEnrollment('summer-shed', { resourceId: n % 2 === 0 ? 'feeder-8' : 'feeder-7' })],
    ...change,
  })
const COUNT = 40

function start(terms: Partial<ProgramTerms> = shared, options: Partial<DriverOptions> = {}): Driver {
  const driver = createDriver(topology, { startMs: NOON_MS, devicePartitions: 3, markers: false, ...options })
  driver.send(programsChanges, aProgramChange({ terms: someTerms(terms) }))
  driver.run()
  for (let n = 0; n < COUNT; n++) driver.send(enrollmentState, device(n))
  driver.advanceTo(NOON_MS + 2 * MINUTE_MS, MINUTE_MS)
  return driver
}
function ask(
  driver: Driver,
  limitsW: readonly (number | null)[],
  targets: readonly EventTarget[] = [],
  change: object = {},
): UtilityEvent | undefined {
  const intervals = limitsW.map((valueW, n) => {
    const startMs = NOON_MS + (2 + n) * HOUR_MS
    return anInterval(startMs, startMs + HOUR_MS, valueW === null ? '2' : 'IMPORT_CAPACITY_LIMIT', valueW)
  })
  driver.send(utilityRequests, aRequest({ requestId: `r-${driver.read(utilityRequests).length}`, intervals, targets, ...change }))
  driver.run()
  return driver.read(utilityEvents).at(-1)?.value ?? undefined
}

/** The newest limit of each device in the first interval, W. */
function limits(driver: Driver): ReadonlyMap<string, number> {
  const newest = new Map<string, number>()
  for (const { value } of driver.read(dispatchCommands.loopback))
    if (value?.segments[0]) newest.set(value.deviceId, value.segments[0].limitW)
  return newest
}
const together = (driver: Driver): number => [...limits(driver).values()].reduce((sum, limitW) => sum + limitW, 0)

describe('a limit for all devices together', () => {
  it('is divided by rating above the floors: the shares reach it, and do not exceed it', () => {
    const driver = start()
    ask(driver, [120_000])
    expect(limits(driver).size).toBe(COUNT)
    expect(together(driver)).toBeLessThanOrEqual(120_000)
    expect(together(driver)).toBeGreaterThan(120_000 - COUNT)
    const [small = 0, large = 0] = ['d-1', 'd-3'].map((id) => limits(driver).get(id))
    expect(Math.abs(large - 2 * small)).toBeLessThanOrEqual(2)
    expect(limits(driver).get('d-5')).toBeGreaterThan(small)
  })

  it('is divided anew for each interval, and levels without a power stay as the terms say', () => {
    const driver = start()
    ask(driver, [120_000, null, 60_000])
    const segments = driver.read(dispatchCommands.loopback).find(({ value }) => value?.deviceId === 'd-1')?.value?.segments ?? []
    const [first = 0, second, third = 0] = segments.map(({ limitW }) => limitW)
    expect(second).toBe(5_500)
    expect(third).toBeLessThan(first)
  })

  it('below all floors leaves each device its floor, and the shortfall is on the log', () => {
    const driver = start()
    ask(driver, [1_000])
    expect(together(driver)).toBe(8 * 1_400)
    const [allocation] = driver.read(dispatchOrders).flatMap(({ value }) => value?.allocations ?? [])
    expect(allocation).toMatchObject({ shortfallW: 8 * 1_400 - 1_000, division: { floorW: 8 * 1_400 } })
  })

  it('above all ratings limits nobody beyond what it could draw', () => {
    const driver = start()
    ask(driver, [10_000_000])
    expect([limits(driver).get('d-1'), limits(driver).get('d-3')]).toEqual([11_000, 22_000])
  })

  it('for a resource is shared by its devices only', () => {
    const driver = start()
    ask(driver, [50_000], [{ kind: 'resource', ids: ['feeder-7'] }])
    expect(limits(driver).size).toBe(COUNT / 2)
    expect(together(driver)).toBeLessThanOrEqual(50_000)
    expect(together(driver)).toBeGreaterThan(50_000 - COUNT)
  })

  it('is divided again when devices come or go, also in the middle of the event', () => {
    const driver = start()
    ask(driver, [120_000])
    for (let n = COUNT; n < 2 * COUNT; n++) driver.send(enrollmentState, device(n))
    driver.advanceTo(NOON_MS + 10 * MINUTE_MS, MINUTE_MS)
    expect(limits(driver).size).toBe(2 * COUNT)
    expect(together(driver)).toBeLessThanOrEqual(120_000)
    driver.advanceTo(NOON_MS + 150 * MINUTE_MS, 10 * MINUTE_MS)
    const written = driver.read(dispatchCommands.loopback).length
    driver.advanceTo(NOON_MS + 155 * MINUTE_MS, MINUTE_MS)
    expect(driver.read(dispatchCommands.loopback)).toHaveLength(written)
  })

  it('comes to the same shares, whatever crashes', () => {
    const shares = (crashAnywhere?: number) => {
      const driver = start(shared, crashAnywhere === undefined ? {} : { crashAnywhere, compactOnCrash: true })
      ask(driver, [120_000])
      return [...limits(driver)].sort()
    }
    const calm = shares()
    for (const seed of [5, 6, 7]) expect(shares(seed)).toEqual(calm)
  })

  it.each([
    ['a group', [{ kind: 'group', ids: ['north'] }] as const, {}, /^intervals\[0\]\.valueW: .*group north is not counted/],
    ['a place', [{ kind: 'place', ids: ['94110'] }] as const, {}, /^intervals\[0\]\.valueW: .*place 94110/],
    ['everybody, and wants a reduction besides', [], { targetW: 5_000 }, /^intervals\[0\]\.valueW: .*targetW/],
  ])('for %s is refused, naming the field', (_, targets, change, words) => {
    expect(ask(start(), [50_000], targets, change)).toMatchObject({ kind: 'refused', refusal: expect.stringMatching(words) })
  })

  it('is a limit for each device where the terms say so, which is the default', () => {
    const driver = start({ ...shared, powerLimit: 'eachDevice' })
    ask(driver, [7_000])
    expect(new Set(limits(driver).values())).toEqual(new Set([7_000]))
  })
})
