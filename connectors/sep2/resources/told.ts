/** What clients have told as documents: parts of their DER, usage points, Responses, LogEvents, Subscriptions. */
import { mRIDOf } from '../controls/shown.ts'
import type { DerMessage, DeviceDocuments } from '../documents/device-documents.ts'
import type { LogEvent, Response, Subscription } from '../messages/others.ts'
import type { Definition } from '../metering/usage-point.ts'
import type { Fields } from '../xml/write.ts'
import { derParts, hrefs } from './hrefs.ts'

export function derFields(deviceId: string): Fields {
  const linkOf = ([part, name]: [string, DerMessage]) => [`${name}Link`, { '@href': hrefs.derPart(deviceId, part) }] as const
  const links = Object.fromEntries((Object.entries(derParts) as [string, DerMessage][]).map(linkOf))
  const { DERAvailabilityLink, DERCapabilityLink, DERSettingsLink, DERStatusLink } = links
  return { '@href': hrefs.der(deviceId), DERAvailabilityLink, DERCapabilityLink, DERSettingsLink, DERStatusLink }
}

/** undefined where the client has not put it yet. */
export function derPartFields(deviceId: string, part: keyof typeof derParts, { der }: DeviceDocuments): Fields | undefined {
  const told = der[derParts[part]]
  return told && { '@href': hrefs.derPart(deviceId, part), ...(told as Fields) }
}

export function usagePointFields(id: string, definition: Definition, postRateS: number): Fields {
  const { mRID, description, roleFlags, serviceCategoryKind, status, deviceLFDI, readings } = definition
  return {
    '@href': hrefs.usagePoint(id),
    mRID,
    description: description || undefined,
    roleFlags,
    serviceCategoryKind,
    status,
    deviceLFDI,
    MirrorMeterReading: [...readings.values()].map((reading) => ({
      mRID: reading.mRID,
      description: reading.description || undefined,
      ReadingType: { ...reading.type },
    })),
    postRate: postRateS,
  }
}

export const responseSetFields = (deviceId: string, { responses }: DeviceDocuments): Fields => ({
  '@href': hrefs.responseSet(deviceId),
  mRID: mRIDOf('rsps', deviceId),
  ResponseListLink: { '@href': hrefs.responses(deviceId), '@all': responses.size },
})

export const responseFields = (deviceId: string, id: string, response: Response): Fields => ({
  '@href': hrefs.response(deviceId, id),
  ...response,
})

export const logEventFields = (deviceId: string, id: string, logEvent: LogEvent): Fields => ({
  '@href': hrefs.logEvent(deviceId, id),
  ...logEvent,
})

export const subscriptionFields = (deviceId: string, id: string, subscription: Subscription): Fields => ({
  '@href': hrefs.subscription(deviceId, id),
  ...subscription,
})
