/** The status that every answer of ecobee carries: code 0 is success, also with HTTP 500 around another one. */
import { z } from 'zod'

export const statusSchema = z.object({ status: z.object({ code: z.int(), message: z.string().max(1000).default('') }) })

/** Throws with the vendor's word where it is no success. */
export function checkStatus(body: unknown): void {
  const { code, message } = statusSchema.parse(body).status
  if (code !== 0) throw new Error(`status ${code}: ${message}`.slice(0, 300))
}

export const selectionOf = (vendorIds: readonly string[]) => ({ selectionType: 'thermostats', selectionMatch: vendorIds.join(',') })
