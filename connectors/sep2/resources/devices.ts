/** Devices and what leads to them as documents: DeviceCapability, EndDevice, Registration, FunctionSetAssignments. */
import type { Client } from '../clients/clients.ts'
import type { DeviceView } from '../clients/device-view.ts'
import { mRIDOf } from '../controls/shown.ts'
import type { DeviceDocuments } from '../documents/device-documents.ts'
import type { Fields } from '../xml/write.ts'
import { hrefs } from './hrefs.ts'

const secondsOf = (ms: number): number => Math.floor(ms / 1000)

export const capabilityFields = (client: Client, usagePoints: number, pollRateS: number): Fields => ({
  '@href': hrefs.deviceCapability,
  '@pollRate': pollRateS,
  TimeLink: { '@href': hrefs.time },
  EndDeviceListLink: { '@href': hrefs.endDevices, '@all': client.devices.length },
  MirrorUsagePointListLink: { '@href': hrefs.usagePoints, '@all': usagePoints },
})

export function endDeviceFields(device: DeviceView, documents: DeviceDocuments, postRateS: number): Fields {
  const { deviceId, traits, sfdi, changedMs } = device
  return {
    '@href': hrefs.endDevice(deviceId),
    '@subscribable': 1,
    DERListLink: { '@href': hrefs.ders(deviceId), '@all': 1 },
    lFDI: traits.lfdi,
    LogEventListLink: { '@href': hrefs.logEvents(deviceId), '@all': documents.logEvents.size },
    sFDI: sfdi,
    changedTime: secondsOf(changedMs),
    enabled: true,
    FunctionSetAssignmentsListLink: { '@href': hrefs.assignments(deviceId), '@all': 1 },
    postRate: postRateS,
    RegistrationLink: traits.pin === undefined ? undefined : { '@href': hrefs.registration(deviceId) },
    SubscriptionListLink: { '@href': hrefs.subscriptions(deviceId), '@all': documents.subscriptions.size },
  }
}

export const registrationFields = ({ deviceId, registeredMs }: DeviceView, pin: number, pollRateS: number): Fields => ({
  '@href': hrefs.registration(deviceId),
  '@pollRate': pollRateS,
  dateTimeRegistered: Math.max(0, secondsOf(registeredMs)),
  pIN: pin,
})

export const assignmentFields = ({ deviceId }: DeviceView, programs: number): Fields => ({
  '@href': hrefs.assignment(deviceId),
  '@subscribable': 1,
  DERProgramListLink: { '@href': hrefs.programs(deviceId), '@all': programs },
  ResponseSetListLink: { '@href': hrefs.responseSets(deviceId), '@all': 1 },
  TimeLink: { '@href': hrefs.time },
  mRID: mRIDOf('fsa', deviceId),
  description: 'demand response',
})
