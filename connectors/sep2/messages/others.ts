/** What else a client sends: registration of an EndDevice, Responses, LogEvents and Subscriptions (sep.xsd). */
import { z } from 'zod'
import { boolean, hex, int48, lfdi, maybe, mRID, sequence, sfdi, time, uint8, uint16, uint32, uri, words } from './primitives.ts'

/** Links of an EndDevice are the server's to say: a client that sends them back is not heeded. */
const link = z.unknown().optional()

export const endDevice = sequence({
  ConfigurationLink: link,
  DERListLink: link,
  deviceCategory: hex(4).optional(),
  DeviceInformationLink: link,
  DeviceStatusLink: link,
  FileStatusLink: link,
  IPInterfaceListLink: link,
  lFDI: lfdi.optional(),
  LoadShedAvailabilityListLink: link,
  LogEventListLink: link,
  PowerStatusLink: link,
  sFDI: sfdi,
  changedTime: time,
  enabled: boolean.optional(),
  FlowReservationRequestListLink: link,
  FlowReservationResponseListLink: link,
  FunctionSetAssignmentsListLink: link,
  postRate: uint32.optional(),
  RegistrationLink: link,
  SubscriptionListLink: link,
})

export const response = sequence({
  createdDateTime: time.optional(),
  endDeviceLFDI: lfdi,
  status: uint8,
  subject: mRID,
})
export type Response = z.infer<typeof response>

export const logEvent = sequence({
  createdDateTime: time,
  details: words(32).optional(),
  extendedData: uint32.optional(),
  functionSet: uint8,
  logEventCode: uint8,
  logEventID: uint16,
  logEventPEN: uint32,
  profileID: uint8,
})
export type LogEvent = z.infer<typeof logEvent>

export const subscription = sequence({
  subscribedResource: uri,
  Condition: maybe({ attributeIdentifier: uint8, lowerThreshold: int48, upperThreshold: int48 }),
  encoding: uint8,
  level: words(16),
  limit: uint32,
  notificationURI: uri,
})
export type Subscription = z.infer<typeof subscription>
