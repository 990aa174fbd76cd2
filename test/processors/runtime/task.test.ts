/** A task does what its contract says: effects gathered, causes named, faults told. */
import { describe, expect, it } from 'vitest'
import { defineProcessor, type SubTopology, store } from '../../../processors/runtime/define.ts'
import { HandlerError } from '../../../processors/runtime/faults.ts'
import { createFrame } from '../../../processors/runtime/frame.ts'
import { createStore } from '../../../processors/runtime/store.ts'
import { createTask } from '../../../processors/runtime/task.ts'
import type { TaskInput } from '../../../processors/runtime/task-contract.ts'
import { UnlearnedSchemaError } from '../../../topics/codec.ts'
import { createTestCodecs } from '../../driver/codecs.ts'
import { billingOrders, bills, ownerChanges, owners, type Reading, readings, toyBilling, toyMetering, windows } from '../../driver/toy.ts'
import { aReading, START_MS } from '../../driver/toy-story.ts'

const codecs = createTestCodecs()
const start = (subTopology: SubTopology) => createTask(subTopology, 0, { devicePartitions: 1, codecs })
const readingInput = (offset: number, reading: Reading): TaskInput => ({
  topic: readings.name,
  partition: 0,
  offset,
  timestampMs: START_MS + offset,
  key: Buffer.from(reading.deviceId),
  value: codecs.codecOf(readings.name, readings.schema).encode(reading),
})

describe('a transaction', () => {
  it('writes one changelog record per changed key, stamped by the last cause', () => {
    const task = start(toyMetering)
    task.begin(START_MS)
    for (const [offset, energyWh] of [5, 6, 7].entries()) task.take(readingInput(offset, aReading('d1', 0, energyWh)))
    const open = task.finish().outputs.filter(({ topic }) => topic === 'state.windower.open.v1')
    expect(open).toMatchObject([{ key: `d1 ${START_MS}`, partition: 0, timestampMs: START_MS + 2, isHome: true }])
  })

  it('writes nothing of a key that came and went within it, and a deletion of one that was there before', () => {
    const frame = createFrame()
    const store = createStore<number>(frame)
    const drained = (): readonly (readonly [string, number | undefined])[] => {
      const changes: (readonly [string, number | undefined])[] = []
      store.drain((key, value) => changes.push([key, value]))
      return changes
    }
    store.put('before', 1)
    store.put('fleeting', 1)
    store.delete('fleeting')
    expect(drained()).toEqual([['before', 1]])
    store.delete('before')
    store.put('before', 2)
    store.delete('before')
    store.put('again', 1)
    store.delete('again')
    store.put('again', 2)
    expect(drained()).toEqual([
      ['before', undefined],
      ['again', 2],
    ])
  })

  it('does not write again what did not change since', () => {
    const task = start(toyMetering)
    task.begin(START_MS)
    task.take(readingInput(0, aReading('d1', 0, 5)))
    task.finish()
    task.begin(START_MS)
    task.take(readingInput(1, aReading('d1', 0, 5)))
    expect(task.finish()).toMatchObject({ outputs: [], steps: [{ kind: 'input', fromOffset: 1, toOffset: 1 }] })
  })

  it('notes its steps in the order taken, and merges inputs of one topic', () => {
    const task = start(toyMetering)
    const change = { ...readingInput(8, aReading('d1', 0, 1)), topic: ownerChanges.name, value: null }
    task.begin(START_MS)
    for (const offset of [3, 4, 7]) task.take(readingInput(offset, aReading('d1', offset, 1)))
    task.take(change)
    task.take(readingInput(9, aReading('d1', 9, 1)))
    task.tick()
    expect(task.finish().steps).toEqual([
      { kind: 'input', topic: readings.name, fromOffset: 3, toOffset: 7 },
      { kind: 'input', topic: ownerChanges.name, fromOffset: 8, toOffset: 8 },
      { kind: 'input', topic: readings.name, fromOffset: 9, toOffset: 9 },
    ])
  })

  it('notes a tick only when it had an effect', () => {
    const task = start(toyBilling)
    task.begin(START_MS)
    task.tick()
    expect(task.finish()).toMatchObject({ questions: [{ processor: 'biller', name: 'price' }], steps: [{ kind: 'tick' }] })
  })

  it('hands out its topics for restoring and consuming', () => {
    const task = start(toyBilling)
    expect(task.changelogs).toEqual(['state.biller.totals.v1', 'state.biller.passes.v1', 'state.biller.price.v1'])
    expect(task.tableTopics).toEqual([owners.name])
    expect([...task.inputTopics].sort()).toEqual([billingOrders.name, owners.name, windows.name].sort())
    expect([...task.urgentTopics]).toEqual([billingOrders.name])
  })
})

describe('faults', () => {
  const emitting = (emit: 'explicit' | 'tombstone' | 'misfit' | 'range') =>
    defineProcessor({
      name: 'emitter',
      about: 'Emits what it should not.',
      inputs: { readings },
      outputs: { orders: billingOrders, bills },
      stores: { seen: store(readings.schema) },
      on: {
        readings(context) {
          if (emit === 'explicit') context.emit('orders', { ownerId: 'anna' })
          if (emit === 'range') context.emit('orders', { ownerId: 'anna' }, { partition: 1 })
          if (emit === 'tombstone') context.emitTombstone('bills', 'd1')
          if (emit === 'misfit') context.emit('bills', { deviceId: 'd1', ownerId: 'anna', totalWh: 0.5, priceMillionths: 1 })
        },
      },
    })

  it.each([
    ['explicit', `${billingOrders.name}: emit needs options.partition`],
    ['range', `${billingOrders.name}: partition 1 is not one of its 1`],
    ['tombstone', `${bills.name} is not compacted`],
    ['misfit', 'Bill: totalWh'],
  ] as const)('names the handler, the record and the fault (%s)', (emit, message) => {
    const task = start({ name: 'emitting', partitioning: 'device', processors: [emitting(emit)] })
    task.begin(START_MS)
    const take = () => task.take(readingInput(4, aReading('d1', 0, 5)))
    expect(take).toThrow(HandlerError)
    expect(take).toThrow(`emitter failed at ${readings.name}-0-4: ${message}`)
  })

  it('lets an unlearned schema through before any effect', () => {
    const task = start(toyMetering)
    const input = readingInput(0, aReading('d1', 0, 5))
    const value = Buffer.from(input.value ?? [])
    value.writeInt32BE(4711, 1)
    task.begin(START_MS)
    expect(() => task.take({ ...input, value })).toThrow(UnlearnedSchemaError)
    expect(task.finish()).toEqual({ outputs: [], questions: [], steps: [] })
  })

  it('refuses a record of another partition', () => {
    const task = start(toyMetering)
    task.begin(START_MS)
    expect(() => task.take({ ...readingInput(0, aReading('d1', 0, 5)), partition: 1 })).toThrow(`task 0 was given ${readings.name}-1-0`)
  })

  it('names the changelog record that it cannot restore', () => {
    expect(() => start(toyMetering).load('state.windower.open.v1', 'k', Buffer.from('junk'), 12)).toThrow(
      'state.windower.open.v1-0-12 cannot be read',
    )
  })
})

it('gives one record to every processor that reads its topic, in the order of declaration', () => {
  const listener = (name: string) =>
    defineProcessor({
      name,
      about: 'Bills what it hears.',
      inputs: { readings },
      outputs: { bills },
      on: { readings: (context, { key }) => context.emit('bills', { deviceId: key, ownerId: name, totalWh: 1, priceMillionths: 1 }) },
    })
  const task = start({ name: 'listening', partitioning: 'device', processors: [listener('first'), listener('second')] })
  task.begin(START_MS)
  task.take(readingInput(0, aReading('d1', 0, 5)))
  const { decode } = codecs.codecOf(bills.name, bills.schema)
  expect(task.finish().outputs.map(({ value }) => value && decode(value).ownerId)).toEqual(['first', 'second'])
})
