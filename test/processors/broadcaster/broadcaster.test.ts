/** Orders: one copy per partition, signals as a whole, and reserves where something is missing. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocate, callsMore } from '../../../processors/broadcaster/allocate.ts'
import { broadcaster } from '../../../processors/broadcaster/processor.ts'
import type { Topology } from '../../../processors/runtime/define.ts'
import type { DispatchOrder } from '../../../schemas/dispatch.ts'
import type { UtilityEvent } from '../../../schemas/utility.ts'
import { dispatchDelivery, dispatchOrders, programCapacity, programsView, utilityEvents } from '../../../topics/catalogue.ts'
import { anEvent, anInterval, HOUR_MS, MINUTE_MS, NOON_MS } from '../../build/events.ts'
import { aProgram } from '../../build/terms.ts'
import { createDriver, type Driver, type DriverOptions } from '../../driver/driver.ts'

const topology: Topology = {
  subTopologies: [{ name: 'control', partitioning: 'one', processors: [broadcaster] }],
  external: [utilityEvents, programsView, programCapacity, dispatchDelivery],
  terminal: [dispatchOrders],
}
const at = (hours: number): number => NOON_MS + hours * HOUR_MS
const deep = [anInterval(at(2), at(4), '3')]

function start(options: Partial<DriverOptions> = {}): Driver {
  const driver = createDriver(topology, { startMs: NOON_MS, devicePartitions: 3, ...options })
  driver.send(programsView, aProgram())
  driver.run()
  return driver
}
const tell = (driver: Driver, ...events: readonly UtilityEvent[]): void => {
  for (const event of events) driver.send(utilityEvents, event)
  driver.run()
}
/** Orders as partition 0 got them, after the first one, which tells the program. */
const orders = (driver: Driver): readonly DispatchOrder[] =>
  driver
    .read(dispatchOrders)
    .filter(({ partition }) => partition === 0)
    .flatMap(({ value }) => value ?? [])
    .slice(1)

/** One kW in each of 64 places, in each of `counts` numbers of events; in partition `partition`. */
const publish = (driver: Driver, partition: number, counts: readonly number[]): void => {
  const buckets = counts.flatMap((eventsThisSeason) =>
    Array.from({ length: 64 }, (_, hashBucket) => ({ eventsThisSeason, hashBucket, devices: 1, capacityW: 1000, mostW: 1000, floorW: 0 })),
  )
  driver.send(programCapacity, { programId: 'summer-shed', partition, asOfOffset: 1, buckets, resources: [], tooManyResources: false })
  driver.run()
}
const deliver = (driver: Driver, partition: number, sums: { deliveredW?: number; failedW?: number; pendingW?: number }): void => {
  driver.send(dispatchDelivery, { eventId: 'E', partition, deliveredW: 0, failedW: 0, pendingW: 0, ...sums })
  driver.run()
}

describe('an order', () => {
  it('goes to every partition with the same content and number, terms included', () => {
    const driver = start()
    tell(driver, anEvent())
    const copies = driver.read(dispatchOrders).slice(3)
    expect(copies.map(({ partition }) => partition).sort()).toEqual([0, 1, 2])
    for (const { value } of copies) expect(value).toEqual(copies[0]?.value)
    expect(copies[0]?.value).toMatchObject({
      orderSeq: 2,
      events: [{ eventId: 'E' }],
      programs: [{ programId: 'summer-shed' }],
      holdsChanged: false,
    })
  })

  it('carries all events of one signal, and refused ones not at all', () => {
    const driver = start()
    const batch = [
      anEvent({ eventId: 'a' }),
      anEvent({ eventId: 'b', kind: 'refused', refusal: 'no' }),
      anEvent({ eventId: 'c', kind: 'cancelled' }),
    ]
    tell(driver, ...batch.map((event, batchIndex) => ({ ...event, batchIndex, batchCount: 3 })))
    tell(driver, anEvent({ eventId: 'd', kind: 'refused', refusal: 'no' }))
    expect(orders(driver).map(({ events }) => events.map(({ eventId }) => eventId))).toEqual([['a', 'c']])
  })

  it('does not wait for ever for the rest of a signal', () => {
    const driver = start()
    tell(driver, anEvent({ eventId: 'a', batchIndex: 0, batchCount: 2 }))
    expect(orders(driver)).toEqual([])
    tell(driver, anEvent({ eventId: 'b' }))
    expect(orders(driver).map(({ events }) => events.map(({ eventId }) => eventId))).toEqual([['a'], ['b']])
  })

  it('tells new terms, and all operator stops when one changes', () => {
    const driver = start()
    driver.send(programsView, aProgram('other'))
    driver.run()
    const hold = (kind: 'hold' | 'unhold', id: string) => anEvent({ kind, hold: { scope: 'vendor', id }, intervals: [] })
    tell(driver, hold('hold', 'acme'), hold('hold', 'zeta'), hold('hold', 'zeta'), hold('unhold', 'acme'))
    expect(
      orders(driver).map(({ programs, holds, holdsChanged }) => [
        programs.map(({ programId }) => programId),
        holds.map(({ id }) => id),
        holdsChanged,
      ]),
    ).toEqual([
      [['other'], [], false],
      [[], ['acme'], true],
      [[], ['acme', 'zeta'], true],
      [[], ['zeta'], true],
    ])
  })

  it('comes once and in order, whatever crashes', () => {
    const play = (options: Partial<DriverOptions>) => {
      const driver = start({ maxRecordsPerTransaction: 1, ...options })
      publish(driver, 0, [0])
      tell(driver, ...[0, 1, 2].map((batchIndex) => anEvent({ eventId: `e${batchIndex}`, targetW: 5000, batchIndex, batchCount: 3 })))
      driver.advanceTo(at(1), 20 * MINUTE_MS)
      return orders(driver)
    }
    const calm = play({})
    for (const crashAnywhere of [1, 2, 3, 4, 5, 6]) expect(play({ crashAnywhere, compactOnCrash: true })).toEqual(calm)
    expect(calm.map(({ orderSeq }) => orderSeq)).toEqual([2])
  })
})

describe('a target in kW', () => {
  it('calls the devices with the fewest events first, with over-call, as far as the target needs', () => {
    const driver = start()
    driver.send(programsView, aProgram('summer-shed', { overcallPermille: 1100 }))
    publish(driver, 0, [0, 1])
    publish(driver, 2, [0])
    tell(driver, anEvent({ intervals: deep, targetW: 100_000 }))
    expect(orders(driver).at(-1)?.allocations).toEqual([
      {
        eventId: 'E',
        round: 0,
        targetW: 100_000,
        calledW: 110_000,
        shortfallW: 0,
        thresholdEvents: 0,
        thresholdBucket: 54,
        division: null,
      },
    ])
  })

  it('counts on less where the level asks for less, and records what nobody can cover', () => {
    const driver = start()
    publish(driver, 0, [0])
    tell(driver, anEvent({ targetW: 40_000 }))
    expect(orders(driver).at(-1)?.allocations).toMatchObject([
      { calledW: 32_000, shortfallW: 8000, thresholdEvents: 0, thresholdBucket: 63 },
    ])
  })

  it('calls nobody before any capacity is on record, and looks again', () => {
    const driver = start()
    tell(driver, anEvent({ intervals: deep, targetW: 10_000 }))
    expect(orders(driver).at(-1)?.allocations).toMatchObject([{ calledW: 0, shortfallW: 10_000, thresholdBucket: -1 }])
    publish(driver, 1, [0])
    driver.advanceTo(NOON_MS + 1000)
    expect(orders(driver).at(-1)?.allocations).toMatchObject([{ round: 1, calledW: 10_000, shortfallW: 0, thresholdBucket: 9 }])
  })

  it('calls reserves at each deadline until the target is met or none is left', () => {
    const driver = start()
    publish(driver, 0, [0, 1])
    tell(driver, anEvent({ intervals: deep, targetW: 60_000 }))
    deliver(driver, 0, { deliveredW: 30_000, failedW: 20_000, pendingW: 10_000 })
    driver.advanceTo(NOON_MS + MINUTE_MS)
    expect(orders(driver)).toHaveLength(1)
    driver.advanceTo(NOON_MS + 3 * MINUTE_MS)
    expect(orders(driver).at(-1)?.allocations).toEqual([
      { eventId: 'E', round: 1, targetW: 60_000, calledW: 80_000, shortfallW: 0, thresholdEvents: 1, thresholdBucket: 15, division: null },
    ])
    deliver(driver, 0, { deliveredW: 60_000, failedW: 20_000 })
    driver.advanceTo(NOON_MS + 6 * MINUTE_MS)
    expect(orders(driver)).toHaveLength(2)
    deliver(driver, 0, { deliveredW: 1000, failedW: 79_000 })
    driver.advanceTo(NOON_MS + 9 * MINUTE_MS)
    expect(orders(driver).at(-1)?.allocations).toMatchObject([{ round: 2, calledW: 128_000, shortfallW: 11_000, thresholdBucket: 63 }])
    driver.advanceTo(at(3), 10 * MINUTE_MS)
    expect(orders(driver)).toHaveLength(3)
  })

  it('keeps the reserves that were called when the event changes, and forgets it when it is cancelled or over', () => {
    const driver = start()
    publish(driver, 0, [0, 1])
    tell(driver, anEvent({ intervals: deep, targetW: 60_000 }))
    deliver(driver, 0, { deliveredW: 40_000, failedW: 20_000 })
    driver.advanceTo(NOON_MS + 3 * MINUTE_MS)
    tell(driver, anEvent({ revision: 2, intervals: [anInterval(at(2), at(5), '3')], targetW: 60_000 }))
    expect(orders(driver).at(-1)?.allocations).toMatchObject([{ round: 2, calledW: 80_000 }])
    tell(driver, anEvent({ revision: 3, intervals: deep, targetW: 10_000 }))
    expect(orders(driver).at(-1)?.allocations).toMatchObject([{ round: 3, calledW: 10_000 }])
    tell(driver, anEvent({ revision: 4, kind: 'cancelled', intervals: deep, targetW: 10_000 }))
    expect(orders(driver).at(-1)?.allocations).toEqual([])
    expect(driver.store('broadcaster', 'calls').size).toBe(0)
  })
})

describe('any allocation', () => {
  const buckets = fc
    .array(
      fc.record({
        eventsThisSeason: fc.nat(4),
        hashBucket: fc.nat(63),
        devices: fc.constant(1),
        capacityW: fc.nat(10_000),
        mostW: fc.constant(0),
        floorW: fc.constant(0),
      }),
      {
        maxLength: 80,
      },
    )
    .map((all) => {
      const unique = new Map(all.map((bucket) => [bucket.eventsThisSeason * 64 + bucket.hashBucket, bucket]))
      return [...unique.values()].sort((a, b) => a.eventsThisSeason - b.eventsThisSeason || a.hashBucket - b.hashBucket)
    })
  const wanted = (callW: number) => ({ eventId: 'E', round: 0, targetW: callW, callW })

  it('is met exactly when there is enough, and needs its last bucket', () => {
    fc.assert(
      fc.property(buckets, fc.integer({ min: 1, max: 200_000 }), (all, callW) => {
        const totalW = all.reduce((sum, { capacityW }) => sum + capacityW, 0)
        const { calledW, shortfallW, thresholdEvents, thresholdBucket } = allocate(all, wanted(callW))
        const last = all.find((bucket) => bucket.eventsThisSeason === thresholdEvents && bucket.hashBucket === thresholdBucket)
        expect(calledW >= callW).toBe(totalW >= callW)
        expect(shortfallW).toBe(Math.max(0, callW - totalW))
        if (last) expect(calledW - last.capacityW).toBeLessThan(callW)
      }),
    )
  })

  it('grows with the target', () => {
    fc.assert(
      fc.property(buckets, fc.nat(100_000), fc.nat(100_000), (all, a, b) => {
        const less = allocate(all, wanted(Math.min(a, b)))
        const more = allocate(all, wanted(Math.max(a, b)))
        expect(callsMore(less, more)).toBe(false)
      }),
    )
  })
})
