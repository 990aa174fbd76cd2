/** The data types of OCPP 2.0.1 (part 2 §3) that several messages use, as schemas. */
import { z } from 'zod'
import { ciString, integer } from '../wire/primitives.ts'

export const statusInfo = z.object({ reasonCode: ciString(20), additionalInfo: ciString(512).optional() })

/** EVSE 0 is the whole station. */
export const evse = z.object({ id: integer, connectorId: integer.optional() })

export const component = z.object({ name: ciString(50), instance: ciString(50).optional(), evse: evse.optional() })
export const variable = z.object({ name: ciString(50), instance: ciString(50).optional() })

export const idToken = z.object({
  idToken: ciString(36),
  type: z.enum(['Central', 'eMAID', 'ISO14443', 'ISO15693', 'KeyCode', 'Local', 'MacAddress', 'NoAuthorization']),
  additionalInfo: z
    .array(z.object({ additionalIdToken: ciString(36), type: ciString(50) }))
    .min(1)
    .optional(),
})

export const chargingLimitSource = z.enum(['EMS', 'Other', 'SO', 'CSO'])
export const genericStatus = z.enum(['Accepted', 'Rejected'])
export const attributeType = z.enum(['Actual', 'Target', 'MinSet', 'MaxSet'])

/** Leaves stay loose: the decoder refuses a nonsense value by name, and the rest of the message still counts. */
const sampledValue = z.object({
  value: z.number(),
  context: z.string().optional(),
  measurand: z.string().optional(),
  phase: z.string().optional(),
  location: z.string().optional(),
  signedMeterValue: z.unknown().optional(),
  unitOfMeasure: z.object({ unit: ciString(20).optional(), multiplier: integer.optional() }).optional(),
})

export const meterValue = z.object({ timestamp: z.string(), sampledValue: z.array(sampledValue).min(1) })

export type SampledValue = z.infer<typeof sampledValue>
export type MeterValue = z.infer<typeof meterValue>
