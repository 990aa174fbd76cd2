/** ChargingProfile and ChargingSchedule of OCPP 1.6 (§7.7, §7.12, §7.13) as schemas. */
import { z } from 'zod'
import { dateTime, integer } from '../wire/primitives.ts'

/** At most one decimal (§7.13 `limit`, §7.12 `minChargingRate`). */
const tenths = z
  .number()
  .nonnegative()
  .refine((value) => Math.abs(value * 10 - Math.round(value * 10)) < 1e-6, 'must have at most one decimal')

const chargingSchedulePeriod = z.object({
  startPeriod: z.int().nonnegative(),
  limit: tenths,
  numberPhases: z.int().min(1).max(3).optional(),
})

export const chargingSchedule = z.object({
  duration: z.int().nonnegative().optional(),
  startSchedule: dateTime.optional(),
  chargingRateUnit: z.enum(['A', 'W']),
  chargingSchedulePeriod: z.array(chargingSchedulePeriod).min(1),
  minChargingRate: tenths.optional(),
})

export const purpose = z.enum(['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile'])

export const chargingProfile = z.object({
  chargingProfileId: integer,
  transactionId: integer.optional(),
  stackLevel: z.int().nonnegative(),
  chargingProfilePurpose: purpose,
  chargingProfileKind: z.enum(['Absolute', 'Recurring', 'Relative']),
  recurrencyKind: z.enum(['Daily', 'Weekly']).optional(),
  validFrom: dateTime.optional(),
  validTo: dateTime.optional(),
  chargingSchedule,
})

export type ChargingSchedule = z.infer<typeof chargingSchedule>
