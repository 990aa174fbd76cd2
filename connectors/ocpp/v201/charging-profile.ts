/** ChargingProfileType, ChargingScheduleType and what they hold (OCPP 2.0.1 part 2 §3) as schemas. */
import { z } from 'zod'
import { ciString, dateTime, integer } from '../wire/primitives.ts'

const chargingSchedulePeriod = z.object({
  startPeriod: integer,
  limit: z.number(),
  numberPhases: integer.optional(),
  phaseToUse: integer.optional(),
})

export const rateUnit = z.enum(['W', 'A'])

const cost = z.object({
  costKind: z.enum(['CarbonDioxideEmission', 'RelativePricePercentage', 'RenewableGenerationPercentage']),
  amount: integer,
  amountMultiplier: integer.optional(),
})

/** Of ISO 15118: carried, never read. */
const salesTariff = z.object({
  id: integer,
  salesTariffDescription: ciString(32).optional(),
  numEPriceLevels: integer.optional(),
  salesTariffEntry: z
    .array(
      z.object({
        relativeTimeInterval: z.object({ start: integer, duration: integer.optional() }),
        ePriceLevel: integer.nonnegative().optional(),
        consumptionCost: z
          .array(z.object({ startValue: z.number(), cost: z.array(cost).min(1).max(3) }))
          .min(1)
          .max(3)
          .optional(),
      }),
    )
    .min(1)
    .max(1024),
})

export const chargingSchedule = z.object({
  id: integer,
  startSchedule: dateTime.optional(),
  duration: integer.optional(),
  chargingRateUnit: rateUnit,
  chargingSchedulePeriod: z.array(chargingSchedulePeriod).min(1).max(1024),
  minChargingRate: z.number().optional(),
  salesTariff: salesTariff.optional(),
})

export const compositeSchedule = z.object({
  evseId: integer,
  duration: integer,
  scheduleStart: dateTime,
  chargingRateUnit: rateUnit,
  chargingSchedulePeriod: z.array(chargingSchedulePeriod).min(1),
})

export const purpose = z.enum(['ChargingStationExternalConstraints', 'ChargingStationMaxProfile', 'TxDefaultProfile', 'TxProfile'])

export const chargingProfile = z.object({
  id: integer,
  stackLevel: integer,
  chargingProfilePurpose: purpose,
  chargingProfileKind: z.enum(['Absolute', 'Recurring', 'Relative']),
  recurrencyKind: z.enum(['Daily', 'Weekly']).optional(),
  validFrom: dateTime.optional(),
  validTo: dateTime.optional(),
  chargingSchedule: z.array(chargingSchedule).min(1).max(3),
  transactionId: ciString(36).optional(),
})

export type ChargingSchedule = z.infer<typeof chargingSchedule>
export type ChargingProfile = z.infer<typeof chargingProfile>
