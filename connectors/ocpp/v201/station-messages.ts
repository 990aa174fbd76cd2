/** The OCPP 2.0.1 requests of a station that we answer (part 2 §1), as schemas. */
import { z } from 'zod'
import { ciString, dateTime, integer } from '../wire/primitives.ts'
import { firmwareStatus, uploadLogStatus } from '../wire/update-status.ts'
import { chargingProfile, chargingSchedule } from './charging-profile.ts'
import { notifyEvent, notifyReport } from './device-model-messages.ts'
import { authorize, notifyEvChargingNeeds, notifyEvChargingSchedule, transactionEvent } from './transaction-messages.ts'
import { chargingLimitSource, meterValue } from './types.ts'

const bootReason = z.enum([
  'ApplicationReset',
  'FirmwareUpdate',
  'LocalReset',
  'PowerUp',
  'RemoteReset',
  'ScheduledReset',
  'Triggered',
  'Unknown',
  'Watchdog',
])

const chargingStation = z.object({
  serialNumber: ciString(25).optional(),
  model: ciString(20),
  modem: z.object({ iccid: ciString(20).optional(), imsi: ciString(20).optional() }).optional(),
  vendorName: ciString(50),
  firmwareVersion: ciString(50).optional(),
})

export const stationRequests = {
  Authorize: authorize,
  BootNotification: z.object({ reason: bootReason, chargingStation }),
  ClearedChargingLimit: z.object({ chargingLimitSource, evseId: integer.optional() }),
  DataTransfer: z.object({ vendorId: ciString(255), messageId: ciString(50).optional(), data: z.unknown().optional() }),
  FirmwareStatusNotification: z.object({ status: firmwareStatus, requestId: integer.optional() }),
  Heartbeat: z.object({}),
  LogStatusNotification: z.object({ status: z.enum([...uploadLogStatus.options, 'AcceptedCanceled']), requestId: integer.optional() }),
  MeterValues: z.object({ evseId: integer, meterValue: z.array(meterValue).min(1) }),
  NotifyChargingLimit: z.object({
    chargingLimit: z.object({ chargingLimitSource, isGridCritical: z.boolean().optional() }),
    evseId: integer.optional(),
    chargingSchedule: z.array(chargingSchedule).min(1).optional(),
  }),
  NotifyEVChargingNeeds: notifyEvChargingNeeds,
  NotifyEVChargingSchedule: notifyEvChargingSchedule,
  NotifyEvent: notifyEvent,
  NotifyReport: notifyReport,
  ReportChargingProfiles: z.object({
    requestId: integer,
    chargingLimitSource,
    evseId: integer,
    chargingProfile: z.array(chargingProfile).min(1),
    /** More is to come. */
    tbc: z.boolean().optional(),
  }),
  SecurityEventNotification: z.object({ type: ciString(50), timestamp: dateTime, techInfo: ciString(255).optional() }),
  SignCertificate: z.object({
    csr: ciString(5500),
    certificateType: z.enum(['ChargingStationCertificate', 'V2GCertificate']).optional(),
  }),
  StatusNotification: z.object({
    timestamp: dateTime,
    connectorStatus: z.enum(['Available', 'Occupied', 'Reserved', 'Unavailable', 'Faulted']),
    evseId: integer,
    connectorId: integer,
  }),
  TransactionEvent: transactionEvent,
} as const

/** Of the standard, and none of Drover's business: answered NotSupported. */
export const unsupportedActions: ReadonlySet<string> = new Set([
  'Get15118EVCertificate',
  'GetCertificateStatus',
  'NotifyCustomerInformation',
  'NotifyDisplayMessages',
  'NotifyMonitoringReport',
  'PublishFirmwareStatusNotification',
  'ReservationStatusUpdate',
])

export type StationAction = keyof typeof stationRequests
export type StationRequest<A extends StationAction> = z.infer<(typeof stationRequests)[A]>

/** A readable request of a station, tied to its action. */
export type StationMessage = { [A in StationAction]: { action: A; payload: StationRequest<A> } }[StationAction]
