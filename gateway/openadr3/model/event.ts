/** Events as a VTN sends them (openadr3.yaml, schema event); 3.0 and 3.1 differ in targets and duration only. */
import { z } from 'zod'
import { absentable, metadata, objectId, targets, valuesMap } from './object.ts'

export const intervalPeriod = z.object({
  start: absentable(z.string()),
  duration: absentable(z.string()),
  randomizeStart: absentable(z.string()),
})
export type IntervalPeriod = z.infer<typeof intervalPeriod>

export const interval = z.object({ id: z.number().int(), intervalPeriod: absentable(intervalPeriod), payloads: z.array(valuesMap) })
export type Interval = z.infer<typeof interval>

export const reportDescriptor = z.object({
  payloadType: z.string().min(1),
  readingType: absentable(z.string()),
  units: absentable(z.string()),
  targets,
  aggregate: absentable(z.boolean()),
  startInterval: absentable(z.number().int()),
  numIntervals: absentable(z.number().int()),
  historical: absentable(z.boolean()),
  frequency: absentable(z.number().int()),
  repeat: absentable(z.number().int()),
  reportIntervals: absentable(z.string()),
})
export type ReportDescriptor = z.infer<typeof reportDescriptor>

export const payloadDescriptor = z.object({ payloadType: z.string(), units: absentable(z.string()), currency: absentable(z.string()) })
export type PayloadDescriptor = z.infer<typeof payloadDescriptor>

export const event = z.object({
  ...metadata,
  programID: objectId,
  eventName: absentable(z.string()),
  duration: absentable(z.string()),
  priority: absentable(z.number().int().min(0)),
  targets,
  reportDescriptors: absentable(z.array(reportDescriptor)),
  payloadDescriptors: absentable(z.array(payloadDescriptor)),
  intervalPeriod: absentable(intervalPeriod),
  intervals: absentable(z.array(interval)),
})
export type Event = z.infer<typeof event>

/** What is needed to say which event could not be read. */
export const eventIdentity = z.object({ id: objectId, programID: objectId, modificationDateTime: absentable(z.string()).catch(undefined) })
export type EventIdentity = z.infer<typeof eventIdentity>
