/** The OCPP 1.6 requests that a station sends us (§4, §6; security whitepaper §5), as schemas. */
import { z } from 'zod'
import { ciString, dateTime, integer } from '../wire/primitives.ts'
import { firmwareStatus, uploadLogStatus } from '../wire/update-status.ts'
import { connectorId, socketId } from './primitives.ts'

/** Leaves stay loose: `decode.ts` refuses a nonsense value by name, and the rest of the message still counts. */
const sampledValue = z.object({
  value: z.union([z.string(), z.number()]),
  context: z.string().optional(),
  format: z.string().optional(),
  measurand: z.string().optional(),
  phase: z.string().optional(),
  location: z.string().optional(),
  unit: z.string().optional(),
})

const meterValue = z.object({
  timestamp: z.string(),
  sampledValue: z.array(sampledValue).min(1),
})

const errorCode = z.enum([
  'ConnectorLockFailure',
  'EVCommunicationError',
  'GroundFailure',
  'HighTemperature',
  'InternalError',
  'LocalListConflict',
  'NoError',
  'OtherError',
  'OverCurrentFailure',
  'OverVoltage',
  'PowerMeterFailure',
  'PowerSwitchFailure',
  'ReaderFailure',
  'ResetFailure',
  'UnderVoltage',
  'WeakSignal',
])

const connectorStatus = z.enum([
  'Available',
  'Preparing',
  'Charging',
  'SuspendedEVSE',
  'SuspendedEV',
  'Finishing',
  'Reserved',
  'Unavailable',
  'Faulted',
])

const stopReason = z.enum([
  'DeAuthorized',
  'EmergencyStop',
  'EVDisconnected',
  'HardReset',
  'Local',
  'Other',
  'PowerLoss',
  'Reboot',
  'Remote',
  'SoftReset',
  'UnlockCommand',
])

export const stationRequests = {
  Authorize: z.object({ idTag: ciString(20) }),
  BootNotification: z.object({
    chargePointVendor: ciString(20),
    chargePointModel: ciString(20),
    chargePointSerialNumber: ciString(25).optional(),
    chargeBoxSerialNumber: ciString(25).optional(),
    firmwareVersion: ciString(50).optional(),
    iccid: ciString(20).optional(),
    imsi: ciString(20).optional(),
    meterType: ciString(25).optional(),
    meterSerialNumber: ciString(25).optional(),
  }),
  DataTransfer: z.object({
    vendorId: ciString(255),
    messageId: ciString(50).optional(),
    data: z.string().optional(),
  }),
  DiagnosticsStatusNotification: z.object({ status: z.enum(['Idle', 'Uploaded', 'UploadFailed', 'Uploading']) }),
  FirmwareStatusNotification: z.object({
    status: z.enum(['Downloaded', 'DownloadFailed', 'Downloading', 'Idle', 'InstallationFailed', 'Installing', 'Installed']),
  }),
  Heartbeat: z.object({}),
  LogStatusNotification: z.object({ status: uploadLogStatus, requestId: integer.optional() }),
  MeterValues: z.object({
    connectorId,
    transactionId: integer.optional(),
    meterValue: z.array(meterValue).min(1),
  }),
  SecurityEventNotification: z.object({ type: ciString(50), timestamp: dateTime, techInfo: ciString(255).optional() }),
  SignCertificate: z.object({ csr: ciString(5500) }),
  SignedFirmwareStatusNotification: z.object({ status: firmwareStatus, requestId: integer.optional() }),
  StartTransaction: z.object({
    connectorId: socketId,
    idTag: ciString(20),
    meterStart: integer,
    reservationId: integer.optional(),
    timestamp: dateTime,
  }),
  StatusNotification: z.object({
    connectorId,
    errorCode,
    status: connectorStatus,
    info: ciString(50).optional(),
    timestamp: dateTime.optional(),
    vendorId: ciString(255).optional(),
    vendorErrorCode: ciString(50).optional(),
  }),
  StopTransaction: z.object({
    idTag: ciString(20).optional(),
    meterStop: integer,
    timestamp: dateTime,
    transactionId: integer,
    reason: stopReason.optional(),
    transactionData: z.array(meterValue).optional(),
  }),
} as const

export type StationAction = keyof typeof stationRequests
export type StationRequest<A extends StationAction> = z.infer<(typeof stationRequests)[A]>
export type MeterValue = z.infer<typeof meterValue>
export type SampledValue = z.infer<typeof sampledValue>
