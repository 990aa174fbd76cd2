/** The OCPP 1.6 requests that we send a station, and its responses (§5, §6), as schemas. */
import { z } from 'zod'
import { ciString, dateTime, integer } from '../wire/primitives.ts'
import { chargingProfile, chargingSchedule, purpose } from './charging-profile.ts'
import { connectorId, socketId } from './primitives.ts'

const status = <const T extends readonly [string, ...string[]]>(values: T) => z.object({ status: z.enum(values) })

const configurationKey = z.object({
  key: ciString(50),
  readonly: z.boolean(),
  value: z.string().max(500).optional(),
})

export const centralMessages = {
  ChangeConfiguration: {
    request: z.object({ key: ciString(50), value: ciString(500) }),
    response: status(['Accepted', 'Rejected', 'RebootRequired', 'NotSupported']),
  },
  ClearChargingProfile: {
    request: z.object({
      id: integer.optional(),
      connectorId: connectorId.optional(),
      chargingProfilePurpose: purpose.optional(),
      stackLevel: z.int().nonnegative().optional(),
    }),
    response: status(['Accepted', 'Unknown']),
  },
  DataTransfer: {
    request: z.object({
      vendorId: ciString(255),
      messageId: ciString(50).optional(),
      data: z.string().optional(),
    }),
    response: z.object({
      status: z.enum(['Accepted', 'Rejected', 'UnknownMessageId', 'UnknownVendorId']),
      data: z.string().optional(),
    }),
  },
  GetCompositeSchedule: {
    request: z.object({
      connectorId,
      duration: z.int().positive(),
      chargingRateUnit: z.enum(['A', 'W']).optional(),
    }),
    response: z.object({
      status: z.enum(['Accepted', 'Rejected']),
      connectorId: connectorId.optional(),
      scheduleStart: dateTime.optional(),
      chargingSchedule: chargingSchedule.optional(),
    }),
  },
  GetConfiguration: {
    request: z.object({ key: z.array(ciString(50)).optional() }),
    response: z.object({
      configurationKey: z.array(configurationKey).optional(),
      unknownKey: z.array(ciString(50)).optional(),
    }),
  },
  SetChargingProfile: {
    request: z.object({ connectorId, csChargingProfiles: chargingProfile }),
    response: status(['Accepted', 'Rejected', 'NotSupported']),
  },
  TriggerMessage: {
    request: z.object({
      requestedMessage: z.enum([
        'BootNotification',
        'DiagnosticsStatusNotification',
        'FirmwareStatusNotification',
        'Heartbeat',
        'MeterValues',
        'StatusNotification',
      ]),
      connectorId: socketId.optional(),
    }),
    response: status(['Accepted', 'Rejected', 'NotImplemented']),
  },
} as const

export type CentralAction = keyof typeof centralMessages
export type CentralRequest<A extends CentralAction> = z.infer<(typeof centralMessages)[A]['request']>
export type CentralResponse<A extends CentralAction> = z.infer<(typeof centralMessages)[A]['response']>
