/** The driver runs a topology as Kafka would: to a fixed point, in transactions, on a clock that the test moves. */
import { describe, expect, it } from 'vitest'
import { defineProcessor, type Topology, table } from '../../processors/runtime/define.ts'
import { rejectedRecords, runtimeJournal } from '../../topics/catalogue.ts'
import { partitionOf } from '../../topics/partitioner.ts'
import { createDriver, type DriverOptions } from './driver.ts'
import { billingOrders, bills, ownerChanges, owners, readings, toyMetering, toyTopology, windows } from './toy.ts'
import { aReading, playStory, START_MS } from './toy-story.ts'

const start = (options: Partial<DriverOptions> = {}) => createDriver(toyTopology, { startMs: START_MS, ...options })

describe('the flow', () => {
  it('feeds outputs back until nothing is left to do', () => {
    const driver = start({ answers: { 'biller.price': () => 250_000 } })
    driver.send(ownerChanges, { deviceId: 'd1', ownerId: 'anna' })
    driver.send(readings, aReading('d1', 0, 40))
    driver.send(readings, aReading('d1', 0, 2))
    driver.advanceTo(START_MS + 60_000)
    driver.send(billingOrders, { ownerId: 'anna' }, { partition: partitionOf('d1', 2) })
    driver.run()
    expect(driver.read(windows).map(({ value }) => value)).toEqual([{ deviceId: 'd1', startMs: START_MS, energyWh: 42 }])
    expect(driver.read(bills).map(({ value }) => value)).toEqual([
      { deviceId: 'd1', ownerId: 'anna', totalWh: 42, priceMillionths: 250_000 },
    ])
  })

  it('stamps outputs with the time and the coordinates of their cause, and those of ticks with the time of the tick', () => {
    const driver = start()
    driver.send(ownerChanges, { deviceId: 'd1', ownerId: 'anna' }, { atMs: START_MS - 5_000 })
    driver.send(readings, aReading('d1', 0, 1))
    driver.advanceTo(START_MS + 60_000)
    const change = driver.read(ownerChanges)[0]
    expect(driver.read(owners)).toMatchObject([
      { timestampMs: START_MS - 5_000, causation: `${ownerChanges.name}-${change?.partition}-${change?.offset}` },
    ])
    expect(driver.read(windows)).toMatchObject([{ timestampMs: START_MS + 60_000, causation: '' }])
  })

  it('takes urgent inputs before others, also when they were written later', () => {
    const driver = start({ devicePartitions: 1 })
    driver.send(windows, { deviceId: 'd1', startMs: START_MS, energyWh: 1 })
    driver.send(billingOrders, { ownerId: 'anna' }, { partition: 0 })
    driver.run()
    const taken = driver.read(runtimeJournal).flatMap(({ value }) => value?.steps.filter(({ kind }) => kind === 'input') ?? [])
    expect(taken.map(({ topic }) => topic)).toEqual([billingOrders.name, windows.name])
  })

  it('walks a long pass in bounded transactions', () => {
    const driver = playStory({ workBudget: 2 })
    const work = driver.read(runtimeJournal).flatMap(({ value }) => value?.steps.filter(({ kind }) => kind === 'work') ?? [])
    expect(work.length).toBeGreaterThan(3)
    expect(driver.read(bills).map(({ value }) => value?.deviceId)).toHaveLength(6)
  })

  it('leaves the gap of a marker after each transaction', () => {
    const driver = start({ maxRecordsPerTransaction: 1, devicePartitions: 1 })
    driver.send(ownerChanges, { deviceId: 'd1', ownerId: 'a' })
    driver.send(ownerChanges, { deviceId: 'd1', ownerId: 'b' })
    driver.run()
    expect(driver.read(owners).map(({ offset }) => offset)).toEqual([0, 2])
  })

  it('shows stores as their changelogs have them', () => {
    const driver = start({ devicePartitions: 1 })
    driver.send(readings, aReading('d1', 0, 7))
    driver.run()
    expect([...driver.store('windower', 'open')]).toEqual([[`d1 ${START_MS}`, { deviceId: 'd1', startMs: START_MS, energyWh: 7 }]])
    driver.advanceTo(START_MS + 60_000)
    expect(driver.store('windower', 'open').size).toBe(0)
  })

  it('keeps questions without an answer open', () => {
    const driver = start({ devicePartitions: 1 })
    driver.advanceTo(START_MS + 1)
    expect(driver.unanswered()).toEqual([{ processor: 'biller', name: 'price', question: { day: 'today' } }])
  })
})

describe('failure', () => {
  it('puts what outsiders wrote unreadably on rejected, and goes on', () => {
    const driver = start({ devicePartitions: 1 })
    driver.sendBytes(readings, Buffer.from('hello'), { key: 'd1' })
    driver.sendBytes(readings, Buffer.from([0, 0, 0, 3, 231, 1]), { key: 'd1' })
    driver.sendBytes(readings, null, { key: 'd1' })
    driver.send(readings, aReading('d1', 0, 5), { key: 'other' })
    driver.send(readings, aReading('d1', 0, -5))
    driver.send(readings, aReading('d1', 0, 5))
    driver.advanceTo(START_MS + 60_000)
    expect(driver.read(rejectedRecords).map(({ value }) => [value?.offset, value?.reason, value?.rejectedBy])).toEqual([
      [0, 'notAvro', 'windower'],
      [1, 'unknownSchema', 'windower'],
      [2, 'notAvro', 'windower'],
      [3, 'invalidValue', 'windower'],
      [4, 'invalidValue', 'windower'],
    ])
    expect(driver.read(rejectedRecords)[0]?.value?.value).toEqual(Buffer.from('hello'))
    expect(driver.read(windows)).toHaveLength(1)
  })

  it('rejects an outsider whose partitioner is not ours', () => {
    const driver = start()
    driver.send(readings, aReading('d1', 0, 5), { partition: 1 - partitionOf('d1', 2) })
    driver.run()
    expect(driver.read(rejectedRecords)[0]?.value).toMatchObject({ reason: 'invalidValue', detail: expect.stringContaining('murmur2') })
  })

  it('stops at poison on a topic of our own, again and again, until it is skipped', () => {
    const driver = start({ devicePartitions: 1 })
    driver.sendBytes(windows, Buffer.from('poison'), { key: 'd1' })
    expect(() => driver.run()).toThrow(`${windows.name}-0-0 cannot be read`)
    expect(() => driver.run()).toThrow(`drover skip ${windows.name}-0-0`)
    driver.skip(`${windows.name}-0-0`)
    driver.run()
    expect(driver.read(rejectedRecords)[0]?.value).toMatchObject({ reason: 'skipped', topic: windows.name, offset: 0 })
  })
})

describe('joined tables', () => {
  const watcher = defineProcessor({
    name: 'watcher',
    about: 'Tells each change of an owner.',
    inputs: {},
    outputs: { windows },
    tables: { owners: table(owners) },
    on: {},
    onTable: {
      owners: (context, { key, value }, previous) =>
        context.emit('windows', { deviceId: key, startMs: previous ? 1 : 0, energyWh: value?.ownerId.length ?? 0 }),
    },
  })
  const topology: Topology = {
    subTopologies: [toyMetering, { name: 'watching', partitioning: 'device', processors: [watcher] }],
    external: [ownerChanges],
    terminal: [windows],
  }

  it('restore to the committed offset only: what follows is processed, with what it replaced', () => {
    // The fourth transaction is the watcher's second: it dies with the change of owner in hand.
    const driver = createDriver(topology, { startMs: START_MS, devicePartitions: 1, crashAfter: 4 })
    driver.send(ownerChanges, { deviceId: 'd1', ownerId: 'anna' })
    driver.run()
    driver.send(ownerChanges, { deviceId: 'd1', ownerId: 'bo' })
    driver.run()
    expect(driver.read(windows).map(({ value }) => [value?.startMs, value?.energyWh])).toEqual([
      [0, 4],
      [1, 2],
    ])
  })

  it('hand a deleted key on as null', () => {
    const driver = createDriver(topology, { startMs: START_MS, devicePartitions: 1 })
    for (const ownerId of ['anna', '']) driver.send(ownerChanges, { deviceId: 'd1', ownerId })
    driver.run()
    expect(driver.read(windows).map(({ value }) => value?.energyWh)).toEqual([4, 0])
  })
})

describe('history', () => {
  it('prints one JSON line per record, without the runtime’s own unless asked', () => {
    const lines = playStory().history().trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).topic)).not.toContain(runtimeJournal.name)
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      topic: ownerChanges.name,
      partition: partitionOf('device-0', 3),
      offset: 0,
      timestampMs: START_MS,
      key: 'device-0',
      causation: '',
      value: { deviceId: 'device-0', ownerId: 'bert' },
    })
    expect(playStory().history({ internal: true })).toContain('state.windower.open.v1')
  })

  it('is the same for the same story', () => {
    expect(playStory().history({ internal: true })).toBe(playStory().history({ internal: true }))
  })
})
