/** Primitive types that the messages of all versions share, as zod schemas. */
import { z } from 'zod'
import { parseTimestamp } from './timestamp.ts'

/** A case-insensitive string of bounded length: CiString*Type (1.6 §7), identifierString and string[0..n] (2.0.1 part 2). */
export const ciString = (maxLength: number) => z.string().max(maxLength)

/** ISO 8601 with or without offset and fraction (1.6 §3.14 lets stations send any of them). */
export const dateTime = z.string().refine((text) => parseTimestamp(text) !== undefined, 'must be an ISO 8601 date and time')

export const integer = z.int()
