/**
 * What a body leaves out since its client said it before: whose usage point it is of, and how its readings count. It rides in the
 * media type of the raw record, so that each record can be read by itself, and the server can find out again after a restart what
 * was said:
 *
 *     application/sep+xml; context=eyJjb3VudHMiOnRydWUs…
 */
import { z } from 'zod'
import { SEP_XML } from '../xml/write.ts'
import type { Definition, Measure, ReadingDefinition } from './usage-point.ts'

const number = z.number().optional()
const type = z.strictObject({
  accumulationBehaviour: number,
  commodity: number,
  dataQualifier: number,
  flowDirection: number,
  intervalLength: number,
  kind: number,
  phase: number,
  powerOfTenMultiplier: number,
  uom: number,
})
const measure = z.strictObject({
  use: z.enum(['register', 'delta', 'average', 'none']),
  flow: z.literal([1, 19]),
  powerOfTen: z.number(),
  intervalS: z.number(),
  isNet: z.boolean(),
})
const context = z.strictObject({
  counts: z.boolean(),
  usagePoint: z.strictObject({
    mRID: z.string(),
    description: z.string(),
    roleFlags: z.string(),
    deviceLFDI: z.string(),
    serviceCategoryKind: z.number(),
    status: z.number(),
  }),
  readings: z.array(z.strictObject({ mRID: z.string(), description: z.string(), type, measure })),
})

export interface Context {
  /** False: the usage point is not the one that the registry says counts for the device. */
  readonly counts: boolean
  readonly usagePoint: Omit<Definition, 'readings'>
  /** Those that the body has values of. */
  readonly readings: readonly (ReadingDefinition & { readonly measure: Measure })[]
}

export function contentTypeOf(said: Context): string {
  return `${SEP_XML}; context=${Buffer.from(JSON.stringify(said)).toString('base64url')}`
}

/** undefined where the media type carries none. */
export function readContext(contentType: string): Context | undefined {
  const encoded = /; context=([\w-]+)$/.exec(contentType)?.[1]
  if (encoded === undefined) return undefined
  const parsed = context.safeParse(jsonOf(encoded))
  return parsed.success ? parsed.data : undefined
}

function jsonOf(encoded: string): unknown {
  try {
    return JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
