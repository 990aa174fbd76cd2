/** A small topology with one of everything: a fold, de-duplication, windows closed by ticks, a join, a pass, and a question. */
import { defineProcessor, question, type SubTopology, store, type Topology, table } from '../../processors/runtime/define.ts'
import { type Infer, long, record, string } from '../../schemas/avro.ts'
import { type AnyTopic, compacted, days, defineTopic } from '../../topics/define.ts'

export const WINDOW_MS = 60_000

const ownerChange = record('OwnerChange', 'A device got an owner.', {
  deviceId: string('Device.'),
  ownerId: string('Owner; empty = none.'),
})
const reading = record('Reading', 'Energy of a device.', {
  deviceId: string('Device.'),
  readingId: string('De-duplicates.'),
  atMs: long('Device time, epoch ms UTC.'),
  energyWh: long('Wh.'),
})
const window = record('Window', 'Energy of a device in one window.', {
  deviceId: string('Device.'),
  startMs: long('Start, epoch ms UTC.'),
  energyWh: long('Wh.'),
})
const bill = record('Bill', 'What an owner has to pay.', {
  deviceId: string('Device.'),
  ownerId: string('Owner.'),
  totalWh: long('Wh.'),
  priceMillionths: long('Price per Wh, millionths.'),
})
const billingOrder = record('BillingOrder', 'Bill all devices of an owner.', { ownerId: string('Owner.') })
const amount = record('Amount', 'A sum.', { energyWh: long('Wh.') })
const passCursor = record('PassCursor', 'How far a pass is.', {
  afterDeviceId: string('Last device done; empty = none.'),
  cause: string('The order.'),
})
const price = record('Price', 'A price that the outside world told.', { priceMillionths: long('Per Wh, millionths.') })
export type Reading = Infer<typeof reading>

const byDevice = { about: 'A toy.', keyedBy: 'deviceId', key: (value: { readonly deviceId: string }) => value.deviceId } as const

export const ownerChanges = defineTopic('toy.owner.changes', {
  ...byDevice,
  schema: ownerChange,
  retention: days(1),
  writers: ['cli'],
  openToOutsiders: true,
})
export const owners = defineTopic('toy.owners', { ...byDevice, schema: ownerChange, retention: compacted, writers: ['owner-fold'] })
export const readings = defineTopic('toy.readings', {
  ...byDevice,
  schema: reading,
  retention: days(1),
  writers: ['connectors'],
  openToOutsiders: true,
})
export const windows = defineTopic('toy.windows', { ...byDevice, schema: window, retention: days(1), writers: ['windower'] })
export const bills = defineTopic('toy.bills', { ...byDevice, schema: bill, retention: days(1), writers: ['biller'] })
export const billingOrders = defineTopic('toy.billing.orders', {
  about: 'A toy.',
  schema: billingOrder,
  keyedBy: 'partition',
  key: (order) => order.ownerId,
  placement: 'explicit',
  retention: days(1),
  writers: ['cli'],
})

export const ownerFold = defineProcessor({
  name: 'owner-fold',
  about: 'Folds changes of owners into the newest owner of each device.',
  inputs: { changes: ownerChanges },
  outputs: { owners },
  on: {
    changes(context, { value }) {
      if (!value) return
      if (value.ownerId === '') context.emitTombstone('owners', value.deviceId)
      else context.emit('owners', value)
    },
  },
})

export const windower = defineProcessor({
  name: 'windower',
  about: 'Sums readings by window of device time, each reading once, and closes windows on ticks.',
  inputs: { readings },
  outputs: { windows },
  stores: { open: store(window), seen: store(amount) },
  on: {
    readings(context, { value }) {
      if (!value) return
      if (value.energyWh < 0) return context.reject('invalidValue', 'energyWh is negative; send an absolute amount', 'energyWh')
      const { seen, open } = context.stores
      if (seen.get(value.readingId)) return
      seen.put(value.readingId, { energyWh: value.energyWh })
      const startMs = value.atMs - (value.atMs % WINDOW_MS)
      const key = `${value.deviceId} ${startMs}`
      open.put(key, { deviceId: value.deviceId, startMs, energyWh: (open.get(key)?.energyWh ?? 0) + value.energyWh })
    },
  },
  onTick(context) {
    for (const [key, closing] of context.stores.open.entries()) {
      if (closing.startMs + WINDOW_MS > context.nowMs) continue
      context.emit('windows', closing)
      context.stores.open.delete(key)
    }
  },
})

export const biller = defineProcessor({
  name: 'biller',
  about: 'Adds up the windows of each device, and bills an owner for all devices when told to, in a pass.',
  inputs: { windows, orders: billingOrders },
  outputs: { bills },
  tables: { owners: table(owners, (value) => [value.ownerId]) },
  stores: { totals: store(amount), passes: store(passCursor), price: store(price) },
  questions: { price: question<{ readonly day: string }, number>() },
  urgent: ['orders'],
  on: {
    windows(context, { key, value }) {
      const { totals } = context.stores
      totals.put(key, { energyWh: (totals.get(key)?.energyWh ?? 0) + (value?.energyWh ?? 0) })
    },
    orders(context, { value, topic, partition, offset }) {
      if (value) context.stores.passes.put(value.ownerId, { afterDeviceId: '', cause: `${topic}-${partition}-${offset}` })
    },
  },
  onTick(context) {
    if (!context.stores.price.get('now')) context.ask('price', { day: 'today' })
  },
  onAnswer: {
    price: (context, _asked, priceMillionths) => context.stores.price.put('now', { priceMillionths }),
  },
  work(context, budget) {
    const { passes, totals, price } = context.stores
    const [pass] = passes.entries(undefined, 1)
    if (!pass) return false
    const [ownerId, { afterDeviceId, cause }] = pass
    const deviceIds = context.tables.owners.indexed(ownerId, afterDeviceId, budget)
    for (const deviceId of deviceIds) {
      const totalWh = totals.get(deviceId)?.energyWh ?? 0
      context.emit('bills', { deviceId, ownerId, totalWh, priceMillionths: price.get('now')?.priceMillionths ?? 0 }, { causation: cause })
    }
    const last = deviceIds.at(-1)
    if (last === undefined || deviceIds.length < budget) passes.delete(ownerId)
    else passes.put(ownerId, { afterDeviceId: last, cause })
    return passes.size > 0
  },
})

export const toyMetering: SubTopology = { name: 'metering', partitioning: 'device', processors: [ownerFold, windower] }
export const toyBilling: SubTopology = { name: 'billing', partitioning: 'device', processors: [biller] }

export const toyTopology: Topology = {
  subTopologies: [toyMetering, toyBilling],
  external: [ownerChanges, readings, billingOrders],
  terminal: [bills],
}

export const toyCatalogue: readonly AnyTopic[] = [ownerChanges, owners, readings, windows, bills, billingOrders]
