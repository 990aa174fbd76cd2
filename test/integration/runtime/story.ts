/** A topology of one task kind with everything that can go wrong: numbered notes, an opt-out table, a pass, windows closed by ticks. */
import { defineProcessor, type SubTopology, store, table } from '../../../processors/runtime/define.ts'
import { type Infer, long, record, string } from '../../../schemas/avro.ts'
import { type AnyTopic, compacted, days, defineTopic } from '../../../topics/define.ts'

const thing = record('Thing', 'Something about a device.', { deviceId: string('Device.'), thingId: string('Unique.') })
const noted = record('Noted', 'A thing with its number.', {
  deviceId: string('Device.'),
  thingId: string('Of the thing.'),
  number: long('Of the thing among those of its device, from 1.'),
})
const optOut = record('OptOut', 'Whether a device takes part.', { deviceId: string('Device.'), isOut: long('1 = out.') })
const order = record('Order', 'Tell all devices that take part.', { orderId: string('Unique.') })
const told = record('Told', 'A device was told.', { deviceId: string('Device.'), orderId: string('Order; with opt-outs: empty.') })
const counter = record('Counter', 'A count.', { count: long('Count.') })
const cursor = record('Cursor', 'How far a pass is.', { after: string('Last device told; empty = none.') })
const mark = record('Mark', 'When a thing came.', { atMs: long('Epoch ms UTC.') })
export type Noted = Infer<typeof noted>
export type Told = Infer<typeof told>

const byDevice = {
  about: 'A test.',
  keyedBy: 'deviceId',
  key: (value: { readonly deviceId: string }) => value.deviceId,
  retention: days(1),
  writers: ['test'],
} as const

/** Marks older than this are closed by the next tick. */
export const WINDOW_MS = 500

/** Names of everything begin with `prefix`. */
export function createStory(prefix: string) {
  const things = defineTopic(`${prefix}.things`, { ...byDevice, schema: thing })
  const openThings = defineTopic(`${prefix}.open.things`, { ...byDevice, schema: thing, openToOutsiders: true })
  const orders = defineTopic(`${prefix}.orders`, {
    ...byDevice,
    schema: order,
    keyedBy: 'partition',
    key: (value) => value.orderId,
    placement: 'explicit',
  })
  const optOuts = defineTopic(`${prefix}.opt.outs`, { ...byDevice, schema: optOut, retention: compacted })
  const notes = defineTopic(`${prefix}.notes`, { ...byDevice, schema: noted })
  const tellings = defineTopic(`${prefix}.tellings`, { ...byDevice, schema: told })
  const closings = defineTopic(`${prefix}.closings`, { ...byDevice, schema: thing })

  const teller = defineProcessor({
    name: `${prefix}.teller`,
    about: 'Numbers things, tells devices, notices opt-outs.',
    inputs: { things, openThings, orders },
    outputs: { notes, tellings, closings },
    tables: { optOuts: table(optOuts, ({ isOut }) => [isOut ? 'out' : 'in']) },
    stores: { counters: store(counter), passes: store(cursor), marks: store(mark) },
    urgent: ['orders'],
    on: {
      things(context, { value }) {
        if (!value) return
        const number = (context.stores.counters.get(value.deviceId)?.count ?? 0) + 1
        context.stores.counters.put(value.deviceId, { count: number })
        context.stores.marks.put(`${value.deviceId}\u0000${value.thingId}`, { atMs: context.nowMs })
        context.emit('notes', { ...value, number })
      },
      openThings(context, { value }) {
        if (value?.thingId === 'bad') throw new Error('a bad thing')
        if (value) context.emit('notes', { ...value, number: 0 })
      },
      orders(context, { value }) {
        if (value) context.stores.passes.put(value.orderId, { after: '' })
      },
    },
    onTable: {
      optOuts(context, { value }, previous) {
        if (value?.isOut && !previous?.isOut) context.emit('tellings', { deviceId: value.deviceId, orderId: '' })
      },
    },
    onTick(context) {
      for (const [key, { atMs }] of context.stores.marks.entries()) {
        if (atMs + WINDOW_MS > context.nowMs) continue
        const [deviceId = '', thingId = ''] = key.split('\u0000')
        context.emit('closings', { deviceId, thingId })
        context.stores.marks.delete(key)
      }
    },
    work(context, budget) {
      const [pass] = context.stores.passes.entries(undefined, 1)
      if (!pass) return false
      const [orderId, { after }] = pass
      const deviceIds = context.tables.optOuts.indexed('in', after, budget)
      for (const deviceId of deviceIds) context.emit('tellings', { deviceId, orderId })
      const last = deviceIds.at(-1)
      if (last === undefined || deviceIds.length < budget) context.stores.passes.delete(orderId)
      else context.stores.passes.put(orderId, { after: last })
      return context.stores.passes.size > 0
    },
  })

  const subTopology: SubTopology = { name: prefix, partitioning: 'device', processors: [teller] }
  const topics: readonly AnyTopic[] = [things, openThings, orders, optOuts, notes, tellings, closings]
  return { subTopology, topics, things, openThings, orders, optOuts, notes, tellings, closings }
}
export type Story = ReturnType<typeof createStory>
