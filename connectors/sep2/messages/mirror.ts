/** What a client mirrors of its meters: usage points, meter readings, readings (sep.xsd, package Metering Mirror). */
import { z } from 'zod'
import {
  boolean,
  hex,
  hexOf,
  int8,
  int32,
  int48,
  interval,
  lfdi,
  many,
  maybe,
  mRID,
  sequence,
  time,
  uint8,
  uint16,
  uint32,
  uint48,
  words,
} from './primitives.ts'

const identified = { mRID, description: words(32).optional(), version: uint16.optional() }
const unitValue = { multiplier: int8, unit: uint8, value: int32 }

export const readingType = z.strictObject({
  accumulationBehaviour: uint8.optional(),
  calorificValue: maybe(unitValue),
  commodity: uint8.optional(),
  conversionFactor: maybe(unitValue),
  dataQualifier: uint8.optional(),
  flowDirection: uint8.optional(),
  intervalLength: uint32.optional(),
  kind: uint8.optional(),
  maxNumberOfIntervals: uint8.optional(),
  numberOfConsumptionBlocks: uint8.optional(),
  numberOfTouTiers: uint8.optional(),
  phase: uint8.optional(),
  powerOfTenMultiplier: int8.refine((value) => value >= -9 && value <= 9, 'is not between -9 and 9').optional(),
  subIntervalLength: uint32.optional(),
  supplyLimit: uint48.optional(),
  tieredConsumptionBlocks: boolean.optional(),
  uom: uint8.optional(),
})
export type ReadingType = z.infer<typeof readingType>

export const reading = sequence({
  consumptionBlock: uint8.optional(),
  qualityFlags: hex(2).optional(),
  timePeriod: maybe(interval),
  touTier: uint8.optional(),
  value: int48.optional(),
  localID: hex(2).optional(),
})
export type Reading = z.infer<typeof reading>

const readingSet = z.strictObject({ ...identified, timePeriod: z.strictObject(interval), Reading: many(reading, 500) })

export const meterReading = sequence({
  ...identified,
  lastUpdateTime: time.optional(),
  MirrorReadingSet: many(readingSet, 500),
  nextUpdateTime: time.optional(),
  Reading: reading.optional(),
  ReadingType: readingType.optional(),
})
export type MeterReading = z.infer<typeof meterReading>

export const meterReadingList = sequence({ MirrorMeterReading: many(meterReading, 500) })

export const usagePoint = sequence({
  ...identified,
  roleFlags: hexOf(2),
  serviceCategoryKind: uint8,
  status: uint8,
  deviceLFDI: lfdi,
  MirrorMeterReading: many(meterReading, 100),
  postRate: uint32.optional(),
})
export type UsagePoint = z.infer<typeof usagePoint>
