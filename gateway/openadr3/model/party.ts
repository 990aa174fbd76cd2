/** Programs, VENs, resources, reports and subscriptions as a VTN sends them, as far as a VEN reads them (openadr3.yaml). */
import { z } from 'zod'
import { payloadDescriptor } from './event.ts'
import { absentable, metadata, objectId, targets, valuesMap } from './object.ts'

export const program = z.object({
  ...metadata,
  programName: z.string().min(1),
  payloadDescriptors: absentable(z.array(payloadDescriptor)),
})
export type Program = z.infer<typeof program>

export const ven = z.object({ ...metadata, venName: z.string().min(1), targets })
export type VenObject = z.infer<typeof ven>

export const resource = z.object({
  ...metadata,
  resourceName: z.string().min(1),
  venID: absentable(objectId),
  targets,
  attributes: absentable(z.array(valuesMap)),
})
export type ResourceObject = z.infer<typeof resource>

export const report = z.object({ ...metadata, eventID: objectId, clientName: z.string(), reportName: absentable(z.string()) })
export type ReportObject = z.infer<typeof report>

export const subscription = z.object({ ...metadata, clientName: z.string(), programID: absentable(objectId) })
export type SubscriptionObject = z.infer<typeof subscription>
