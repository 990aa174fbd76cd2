/** Shows what clients have told: their DER, usage points, Responses, LogEvents and Subscriptions. */
import { type derParts, hrefs, derParts as parts } from '../resources/hrefs.ts'
import {
  derFields,
  derPartFields,
  logEventFields,
  responseFields,
  responseSetFields,
  subscriptionFields,
  usagePointFields,
} from '../resources/told.ts'
import { pollRateOf, postRateOf, type World } from '../world.ts'
import type { Fields } from '../xml/write.ts'
import type { DeviceExchange, Read } from './exchange.ts'
import { showList } from './list.ts'
import { readDevice, told, usagePointOf } from './owned.ts'

const documentsOf = (world: World, { device }: DeviceExchange) => world.documents.of(device.deviceId)

export const showDers = (world: World): Read =>
  readDevice(({ device: { deviceId }, query }) => {
    const attributes = { '@href': hrefs.ders(deviceId), '@pollRate': pollRateOf(world, deviceId) }
    return showList({ name: 'DERList', of: 'DER', attributes, members: [{ fields: derFields(deviceId) }] }, query)
  })

export const showDer = (): Read => readDevice(({ device }) => ({ name: 'DER', fields: derFields(device.deviceId) }))

export const showDerPart = (world: World, part: keyof typeof derParts): Read =>
  readDevice((exchange) => ({
    name: parts[part],
    fields: told(derPartFields(exchange.device.deviceId, part, documentsOf(world, exchange)), world),
  }))

export const showUsagePoints =
  (world: World): Read =>
  ({ client, query }) => {
    const members = client.devices.flatMap((device) => {
      const { usagePoints } = world.documents.of(device.deviceId)
      return [...usagePoints].map(([id, definition]) => ({ fields: usagePointFields(id, definition, postRateOf(world, device)) }))
    })
    return showList({ name: 'MirrorUsagePointList', of: 'MirrorUsagePoint', attributes: { '@href': hrefs.usagePoints }, members }, query)
  }

export const showUsagePoint =
  (world: World): Read =>
  (exchange) => {
    const { id, device, definition } = usagePointOf(exchange, world)
    return { name: 'MirrorUsagePoint', fields: usagePointFields(id, definition, postRateOf(world, device)) }
  }

export const showResponseSets = (world: World): Read =>
  readDevice((exchange) => {
    const { deviceId } = exchange.device
    const members = [{ fields: responseSetFields(deviceId, documentsOf(world, exchange)) }]
    const attributes = { '@href': hrefs.responseSets(deviceId) }
    return showList({ name: 'ResponseSetList', of: 'ResponseSet', attributes, members }, exchange.query)
  })

export const showResponseSet = (world: World): Read =>
  readDevice((exchange) => ({ name: 'ResponseSet', fields: responseSetFields(exchange.device.deviceId, documentsOf(world, exchange)) }))

interface Kept<T> {
  readonly list: string
  readonly name: string
  readonly attributes: (deviceId: string) => Fields
  readonly all: (exchange: DeviceExchange) => ReadonlyMap<string, T>
  readonly fields: (deviceId: string, id: string, value: T) => Fields
}

/** A list of what was told, and one of it by its id. */
const kept = <T>({ list, name, attributes, all, fields }: Kept<T>, world: World): { readonly many: Read; readonly one: Read } => ({
  many: readDevice((exchange) => {
    const { deviceId } = exchange.device
    const members = [...all(exchange)].map(([id, value]) => ({ fields: fields(deviceId, id, value) }))
    return showList({ name: list, of: name, attributes: attributes(deviceId), members }, exchange.query)
  }),
  one: readDevice((exchange) => {
    const id = exchange.params.id ?? ''
    return { name, fields: fields(exchange.device.deviceId, id, told(all(exchange).get(id), world)) }
  }),
})

export const showResponses = (world: World) =>
  kept(
    {
      list: 'ResponseList',
      name: 'Response',
      attributes: (deviceId) => ({ '@href': hrefs.responses(deviceId) }),
      all: (exchange) => documentsOf(world, exchange).responses,
      fields: responseFields,
    },
    world,
  )

export const showLogEvents = (world: World) =>
  kept(
    {
      list: 'LogEventList',
      name: 'LogEvent',
      attributes: (deviceId) => ({ '@href': hrefs.logEvents(deviceId), '@pollRate': pollRateOf(world, deviceId) }),
      all: (exchange) => documentsOf(world, exchange).logEvents,
      fields: logEventFields,
    },
    world,
  )

export const showSubscriptions = (world: World) =>
  kept(
    {
      list: 'SubscriptionList',
      name: 'Subscription',
      attributes: (deviceId) => ({ '@href': hrefs.subscriptions(deviceId), '@pollRate': pollRateOf(world, deviceId) }),
      all: (exchange) => documentsOf(world, exchange).subscriptions,
      fields: subscriptionFields,
    },
    world,
  )
