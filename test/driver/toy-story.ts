/** Plays one story of the toy topology under given disorders, and tells what came of it. */
import type { Topic } from '../../topics/define.ts'
import { createDriver, type Driver, type DriverOptions } from './driver.ts'
import { billingOrders, bills, ownerChanges, owners, type Reading, readings, toyTopology, WINDOW_MS, windows } from './toy.ts'

export const START_MS = Date.UTC(2026, 0, 5, 12)

export const aReading = (deviceId: string, minute: number, energyWh: number): Reading => ({
  deviceId,
  readingId: `${deviceId}-${minute}-${energyWh}`,
  atMs: START_MS + minute * 60_000,
  energyWh,
})

export const devices = Array.from({ length: 12 }, (_, i) => `device-${i}`)

/** Twelve devices change hands, are metered for four minutes and billed. */
export function playStory(options: Partial<DriverOptions> = {}): Driver {
  const driver = createDriver(toyTopology, {
    startMs: START_MS,
    devicePartitions: 3,
    maxRecordsPerTransaction: 4,
    workBudget: 2,
    answers: { 'biller.price': () => 250_000 },
    ...options,
  })
  for (const [i, deviceId] of devices.entries()) driver.send(ownerChanges, { deviceId, ownerId: i % 2 ? 'anna' : 'bert' })
  driver.advanceTo(START_MS + WINDOW_MS)
  driver.send(ownerChanges, { deviceId: 'device-3', ownerId: '' })
  driver.send(ownerChanges, { deviceId: 'device-4', ownerId: 'anna' })
  for (const deviceId of devices) for (let minute = 0; minute < 4; minute++) driver.send(readings, aReading(deviceId, minute, 10 + minute))
  driver.advanceTo(START_MS + 5 * WINDOW_MS, WINDOW_MS)
  for (let partition = 0; partition < 3; partition++) driver.send(billingOrders, { ownerId: 'anna' }, { partition })
  driver.run()
  return driver
}

/** The values of a topic by key, each key's in the order written: what disorder between keys must not change. */
export function valuesByKey<T>(driver: Driver, topic: Topic<T>): ReadonlyMap<string, readonly (T | null)[]> {
  const byKey = new Map<string, (T | null)[]>()
  for (const { key, value } of driver.read(topic)) byKey.set(key, [...(byKey.get(key) ?? []), value])
  return new Map([...byKey].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** All that came of the story. */
export const outcomeOf = (driver: Driver): unknown => ({
  owners: valuesByKey(driver, owners),
  windows: valuesByKey(driver, windows),
  bills: valuesByKey(driver, bills),
})
