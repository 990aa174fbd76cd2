/** What a device's client has told the server, folded from its raw records: the tree shows it back. Pure. */
import type { RawTelemetry } from '../../../schemas/telemetry.ts'
import { hashId } from '../../../topics/ids.ts'
import type { LogEvent, Response, Subscription } from '../messages/others.ts'
import { type Message, readMessage } from '../messages/read.ts'
import { readContext } from '../metering/context.ts'
import { type Definition, define, withReadings } from '../metering/usage-point.ts'

export const DER_MESSAGES = ['DERCapability', 'DERSettings', 'DERStatus', 'DERAvailability'] as const
export type DerMessage = (typeof DER_MESSAGES)[number]

/** Kinds of raw records that take something back; their body is its id. */
export const SUBSCRIPTION_ENDED = 'SubscriptionEnded'
export const USAGE_POINT_ENDED = 'MirrorUsagePointEnded'

export interface DeviceDocuments {
  readonly der: { readonly [N in DerMessage]?: Message<N> }
  /** By id. */
  readonly usagePoints: ReadonlyMap<string, Definition>
  readonly subscriptions: ReadonlyMap<string, Subscription>
  /** The newest first, by id. */
  readonly logEvents: ReadonlyMap<string, LogEvent>
  readonly responses: ReadonlyMap<string, Response>
}

export const nothingTold: DeviceDocuments = {
  der: {},
  usagePoints: new Map(),
  subscriptions: new Map(),
  logEvents: new Map(),
  responses: new Map(),
}

export type TakenRecord = Pick<RawTelemetry, 'deviceId' | 'kind' | 'contentType' | 'body' | 'sha256'>

/** So many of what only grows. */
const MOST_KEPT = 50
const ID_LENGTH = 16

export const usagePointIdOf = (deviceId: string, mRID: string): string => hashId('mup', deviceId, mRID).slice(0, ID_LENGTH)
export const subscriptionIdOf = (deviceId: string, { subscribedResource, notificationURI }: Subscription): string =>
  hashId('sub', deviceId, subscribedResource, notificationURI).slice(0, ID_LENGTH)
export const recordIdOf = (sha256: string): string => sha256.slice(0, ID_LENGTH)

/** The documents after one more record; taking one twice changes nothing. Throws a Refusal where the body cannot be read. */
export function takeRecord(before: DeviceDocuments, raw: TakenRecord): DeviceDocuments {
  const { deviceId, kind, body, sha256 } = raw
  switch (kind) {
    case 'DERCapability':
    case 'DERSettings':
    case 'DERStatus':
    case 'DERAvailability':
      return { ...before, der: { ...before.der, [kind]: readMessage(body, [kind]).value } }
    case 'MirrorUsagePoint':
      return takeUsagePoint(before, deviceId, readMessage(body, [kind]).value)
    case 'MirrorMeterReading':
    case 'MirrorMeterReadingList':
      return takeContext(before, raw)
    case 'Subscription': {
      const subscription = readMessage(body, [kind]).value
      return { ...before, subscriptions: new Map([...before.subscriptions, [subscriptionIdOf(deviceId, subscription), subscription]]) }
    }
    case 'LogEvent':
      return { ...before, logEvents: newest(before.logEvents, recordIdOf(sha256), readMessage(body, [kind]).value) }
    case 'Response':
      return {
        ...before,
        responses: newest(before.responses, recordIdOf(sha256), readMessage(body, ['Response', 'DERControlResponse']).value),
      }
    case SUBSCRIPTION_ENDED:
      return { ...before, subscriptions: without(before.subscriptions, body.toString('utf8')) }
    case USAGE_POINT_ENDED:
      return { ...before, usagePoints: without(before.usagePoints, body.toString('utf8')) }
    default:
      return before
  }
}

function takeUsagePoint(before: DeviceDocuments, deviceId: string, said: Message<'MirrorUsagePoint'>): DeviceDocuments {
  const id = usagePointIdOf(deviceId, said.mRID)
  return withUsagePoint(before, id, define(before.usagePoints.get(id), said))
}

/** The types that a body rests on stand beside it, so that they are known again after a restart without reading the body. */
function takeContext(before: DeviceDocuments, { deviceId, contentType }: Pick<RawTelemetry, 'deviceId' | 'contentType'>): DeviceDocuments {
  const context = readContext(contentType)
  if (!context) return before
  const id = usagePointIdOf(deviceId, context.usagePoint.mRID)
  const known = before.usagePoints.get(id) ?? { ...context.usagePoint, readings: new Map() }
  const defined = withReadings(known, context.readings)
  return defined === known && before.usagePoints.has(id) ? before : withUsagePoint(before, id, defined)
}

const withUsagePoint = (before: DeviceDocuments, id: string, definition: Definition): DeviceDocuments => ({
  ...before,
  usagePoints: new Map([...before.usagePoints, [id, definition]]),
})

function newest<T>(before: ReadonlyMap<string, T>, id: string, value: T): ReadonlyMap<string, T> {
  return before.has(id) ? before : new Map([[id, value] as const, ...before].slice(0, MOST_KEPT))
}

function without<T>(before: ReadonlyMap<string, T>, id: string): ReadonlyMap<string, T> {
  return new Map([...before].filter(([known]) => known !== id))
}
