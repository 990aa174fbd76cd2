/** The OCPP 2.0.1 requests that we send a station, and its responses (part 2 §1), as schemas. */
import { z } from 'zod'
import { ciString, integer } from '../wire/primitives.ts'
import { chargingProfile, compositeSchedule, purpose, rateUnit } from './charging-profile.ts'
import { attributeType, chargingLimitSource, component, evse, genericStatus, statusInfo, variable } from './types.ts'

const answer = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.object({ status: z.enum(values), statusInfo: statusInfo.optional() })

const attribute = { attributeType: attributeType.optional(), component, variable }
const readStatus = ['Accepted', 'Rejected', 'UnknownComponent', 'UnknownVariable', 'NotSupportedAttributeType'] as const

export const centralMessages = {
  ClearChargingProfile: {
    request: z.object({
      chargingProfileId: integer.optional(),
      chargingProfileCriteria: z
        .object({ evseId: integer.optional(), chargingProfilePurpose: purpose.optional(), stackLevel: integer.optional() })
        .optional(),
    }),
    response: answer(['Accepted', 'Unknown']),
  },
  GetChargingProfiles: {
    request: z.object({
      requestId: integer,
      evseId: integer.optional(),
      chargingProfile: z.object({
        chargingProfilePurpose: purpose.optional(),
        stackLevel: integer.optional(),
        chargingProfileId: z.array(integer).min(1).optional(),
        chargingLimitSource: z.array(chargingLimitSource).min(1).max(4).optional(),
      }),
    }),
    response: answer(['Accepted', 'NoProfiles']),
  },
  GetCompositeSchedule: {
    request: z.object({ evseId: integer, duration: integer, chargingRateUnit: rateUnit.optional() }),
    response: z.object({ status: genericStatus, statusInfo: statusInfo.optional(), schedule: compositeSchedule.optional() }),
  },
  GetVariables: {
    request: z.object({ getVariableData: z.array(z.object(attribute)).min(1) }),
    response: z.object({
      getVariableResult: z
        .array(
          z.object({
            ...attribute,
            attributeStatus: z.enum(readStatus),
            attributeStatusInfo: statusInfo.optional(),
            attributeValue: ciString(2500).optional(),
          }),
        )
        .min(1),
    }),
  },
  SetChargingProfile: {
    request: z.object({ evseId: integer, chargingProfile }),
    response: answer(['Accepted', 'Rejected']),
  },
  SetVariables: {
    request: z.object({ setVariableData: z.array(z.object({ ...attribute, attributeValue: ciString(1000) })).min(1) }),
    response: z.object({
      setVariableResult: z
        .array(
          z.object({
            ...attribute,
            attributeStatus: z.enum([...readStatus, 'RebootRequired']),
            attributeStatusInfo: statusInfo.optional(),
          }),
        )
        .min(1),
    }),
  },
  TriggerMessage: {
    request: z.object({
      requestedMessage: z.enum([
        'BootNotification',
        'LogStatusNotification',
        'FirmwareStatusNotification',
        'Heartbeat',
        'MeterValues',
        'SignChargingStationCertificate',
        'SignV2GCertificate',
        'StatusNotification',
        'TransactionEvent',
        'SignCombinedCertificate',
        'PublishFirmwareStatusNotification',
      ]),
      evse: evse.optional(),
    }),
    response: answer(['Accepted', 'Rejected', 'NotImplemented']),
  },
} as const

export type CentralAction = keyof typeof centralMessages
export type CentralRequest<A extends CentralAction> = z.infer<(typeof centralMessages)[A]['request']>
export type CentralResponse<A extends CentralAction> = z.infer<(typeof centralMessages)[A]['response']>
