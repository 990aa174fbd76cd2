/** One outcome per command, whether anybody answered or not. */
import { describe, expect, it } from 'vitest'
import type { EventDelivery } from '../../../schemas/dispatch.ts'
import { devicePresence, dispatchDelivery, dispatchOutcomes } from '../../../topics/catalogue.ts'
import { aCommand, aSegment } from '../../build/commands.ts'
import { HOUR_MS, MINUTE_MS, NOON_MS } from '../../build/events.ts'
import type { Driver } from '../../driver/driver.ts'
import { acknowledge, at, send, start } from './rig.ts'

const connect = (driver: Driver, connected: boolean): void => {
  driver.send(devicePresence, { deviceId: 'd-1', connected, epoch: 1, node: 'n', sinceMs: driver.nowMs() })
  driver.run()
}
const said = (driver: Driver): readonly (readonly [number, string, number])[] =>
  driver.read(dispatchOutcomes).map(({ value }) => [value?.seq ?? 0, value?.outcome ?? '', value?.revision ?? 0])
const delivered = (driver: Driver): EventDelivery | null | undefined => driver.read(dispatchDelivery).at(-1)?.value
const debts = (driver: Driver) => [...driver.store<{ seq: number }>('outcomes', 'debts').values()]

const one = aCommand()
const release = aCommand({ seq: 2, segments: [], issuedMs: at(150) })

describe('an outcome', () => {
  it.each([
    ['applied', 'applied'],
    ['rejected', 'rejected'],
    ['notSupported', 'rejected'],
    ['overridden', 'overridden'],
    ['superseded', 'superseded'],
  ] as const)('after the ack %s is %s', (status, outcome) => {
    const driver = start()
    send(driver, one)
    acknowledge(driver, one, 'sent')
    expect(said(driver)).toEqual([])
    acknowledge(driver, one, status)
    expect(driver.read(dispatchOutcomes).map(({ value }) => value)).toEqual([
      { deviceId: 'd-1', commandId: one.commandId, seq: 1, eventIds: ['E'], outcome, revision: 1, decidedMs: NOON_MS, limitedW: 5500 },
    ])
    driver.advanceTo(at(300), MINUTE_MS)
    expect(said(driver)).toHaveLength(1)
  })

  it('is acceptedUnverified when nothing shows what was accepted, until something does', () => {
    const driver = start()
    send(driver, one)
    acknowledge(driver, one, 'accepted')
    driver.advanceTo(at(1))
    expect(said(driver)).toEqual([])
    driver.advanceTo(at(3))
    expect(said(driver)).toEqual([[1, 'acceptedUnverified', 1]])
    acknowledge(driver, one, 'applied')
    expect(said(driver).at(-1)).toEqual([1, 'applied', 2])
    acknowledge(driver, one, 'rejected')
    acknowledge(driver, one, 'applied')
    expect(said(driver)).toHaveLength(2)
    acknowledge(driver, one, 'overridden')
    expect(said(driver).at(-1)).toEqual([1, 'overridden', 3])
  })

  it('is noAnswer when a connected device was asked and kept silent, and a late answer revises it', () => {
    const driver = start()
    connect(driver, true)
    send(driver, one)
    acknowledge(driver, one, 'sent')
    acknowledge(driver, one, 'timedOut')
    driver.advanceTo(at(6))
    expect(said(driver)).toEqual([[1, 'noAnswer', 1]])
    acknowledge(driver, one, 'accepted')
    driver.advanceTo(at(9))
    expect(said(driver).at(-1)).toEqual([1, 'acceptedUnverified', 2])
  })

  it('is unreachable when the device was not connected, and nothing was tried', () => {
    const driver = start()
    connect(driver, false)
    send(driver, one)
    driver.advanceTo(at(4))
    expect(said(driver)).toEqual([])
    driver.advanceTo(at(6))
    expect(said(driver)).toEqual([[1, 'unreachable', 1]])
  })

  it.each([
    ['noAnswer', true],
    ['unreachable', false],
  ] as const)('is %s of a device that polls only after two of its periods', (outcome, connected) => {
    const driver = start()
    connect(driver, connected)
    send(driver, one, 'sep2')
    if (connected) acknowledge(driver, one, 'sent')
    driver.advanceTo(at(14))
    expect(said(driver)).toEqual([])
    driver.advanceTo(at(16))
    expect(said(driver)).toEqual([[1, outcome, 1]])
  })

  it('is expired when a command outlived its time untried, though the device could be reached', () => {
    const driver = start()
    send(driver, one, 'inverter')
    driver.advanceTo(at(239), MINUTE_MS)
    expect(said(driver)).toEqual([])
    driver.advanceTo(at(241))
    expect(said(driver)).toEqual([[1, 'expired', 1]])
  })

  it('is superseded when a newer command reached the device first', () => {
    const driver = start()
    const two = aCommand({ seq: 2 })
    send(driver, one)
    send(driver, two)
    acknowledge(driver, two, 'applied')
    expect(said(driver)).toEqual([
      [1, 'superseded', 1],
      [2, 'applied', 1],
    ])
  })

  it('is the same whether the ack or the command comes first', () => {
    const driver = start()
    acknowledge(driver, one, 'sent')
    acknowledge(driver, one, 'applied')
    expect(said(driver)).toEqual([])
    send(driver, one)
    expect(driver.read(dispatchOutcomes).map(({ value }) => value)).toMatchObject([
      { seq: 1, outcome: 'applied', eventIds: ['E'], limitedW: 5500 },
    ])
  })

  it('is the same when acks of two commands come the other way round, before both', () => {
    const driver = start()
    const two = aCommand({ seq: 2 })
    acknowledge(driver, two, 'sent')
    acknowledge(driver, one, 'superseded')
    acknowledge(driver, two, 'applied')
    send(driver, one)
    send(driver, two)
    expect(said(driver)).toEqual([
      [1, 'superseded', 1],
      [2, 'applied', 1],
    ])
    driver.advanceTo(at(300), MINUTE_MS)
    expect(said(driver)).toHaveLength(2)
  })

  it('of a release is released when the device shows it', () => {
    const driver = start()
    send(driver, release)
    acknowledge(driver, release, 'released')
    expect(said(driver)).toEqual([[2, 'released', 1]])
  })
})

describe('an owed release', () => {
  const owing = (): Driver => {
    const driver = start()
    send(driver, one)
    acknowledge(driver, one, 'applied')
    driver.advanceTo(at(150))
    send(driver, release)
    return driver
  }

  it('is listed until the device confirms it', () => {
    const driver = owing()
    expect(debts(driver)).toEqual([
      { deviceId: 'd-1', commandId: release.commandId, seq: 2, sinceMs: at(150), owedUntilMs: NOON_MS + 4 * HOUR_MS },
    ])
    acknowledge(driver, release, 'rejected')
    expect(debts(driver)).toHaveLength(1)
    acknowledge(driver, release, 'accepted')
    expect(debts(driver)).toEqual([])
  })

  it('is listed until what the device holds has ended by itself', () => {
    const driver = owing()
    driver.advanceTo(at(239))
    expect(debts(driver)).toHaveLength(1)
    driver.advanceTo(at(240))
    expect(debts(driver)).toEqual([])
  })

  it('is paid by a newer command that the device took', () => {
    const driver = owing()
    const three = aCommand({ seq: 3, issuedMs: at(160) })
    send(driver, three)
    expect(debts(driver)).toHaveLength(1)
    acknowledge(driver, three, 'applied')
    expect(debts(driver)).toEqual([])
  })

  it('is none where the device holds nothing', () => {
    const driver = start()
    driver.advanceTo(at(150))
    send(driver, release)
    expect(debts(driver)).toEqual([])
  })
})

describe('delivered power', () => {
  it('moves from pending to delivered or failed, and follows the newest command of a device', () => {
    const driver = start()
    send(driver, one)
    const other = aCommand({ deviceId: 'd-2', calledW: 3000 })
    send(driver, other)
    driver.advanceTo(at(1))
    expect(delivered(driver)).toEqual({ eventId: 'E', partition: 0, deliveredW: 0, failedW: 0, pendingW: 8500 })
    acknowledge(driver, one, 'applied')
    acknowledge(driver, other, 'rejected')
    driver.advanceTo(at(2))
    expect(delivered(driver)).toMatchObject({ deliveredW: 5500, failedW: 3000, pendingW: 0 })
    send(driver, aCommand({ seq: 2, calledW: 4000, segments: [aSegment({ endMs: at(180) })] }))
    driver.advanceTo(at(3))
    expect(delivered(driver)).toMatchObject({ deliveredW: 0, failedW: 3000, pendingW: 4000 })
    send(driver, aCommand({ seq: 3, segments: [] }))
    driver.advanceTo(at(4))
    expect(delivered(driver)).toMatchObject({ deliveredW: 0, failedW: 3000, pendingW: 0 })
    const published = driver.read(dispatchDelivery).length
    driver.advanceTo(at(5))
    expect(driver.read(dispatchDelivery)).toHaveLength(published)
    driver.advanceTo(at(60 * 60))
    expect(driver.read(dispatchDelivery).at(-1)).toMatchObject({ key: 'E+0', value: null })
  })
})
