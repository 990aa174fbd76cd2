/** What all objects of a VTN have in common (openadr3.yaml, schema objectMetadata). */
import { z } from 'zod'

/** VTNs leave out what is optional, or say null. */
export const absentable = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined)

export const objectId = z.string().min(1).max(128)

export const metadata = {
  id: objectId,
  createdDateTime: absentable(z.string()),
  modificationDateTime: absentable(z.string()),
}

export const point = z.object({ x: z.number(), y: z.number() })
export const value = z.union([z.number(), z.string(), z.boolean(), point])

/** openadr3.yaml, schema valuesMap. */
export const valuesMap = z.object({ type: z.string().min(1).max(128), values: z.array(value) })
export type ValuesMap = z.infer<typeof valuesMap>

/** 3.0: a type and values; 3.1: plain strings. */
export const target = z.union([z.string(), z.object({ type: z.string(), values: z.array(z.coerce.string()) })])
export type Target = z.infer<typeof target>
export const targets = absentable(z.array(target))
