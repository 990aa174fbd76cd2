/** The primitive types of OCPP 1.6 §7 as zod schemas, shared by the messages of both directions. */
import { z } from 'zod'
import { parseTimestamp } from '../wire/timestamp.ts'

/** CiString*Type: a case-insensitive string of bounded length. */
export const ciString = (maxLength: number) => z.string().max(maxLength)

/** ISO 8601 with or without offset and fraction (§3.14 lets stations send any of them). */
export const dateTime = z.string().refine((text) => parseTimestamp(text) !== undefined, 'must be an ISO 8601 date and time')

export const integer = z.int()
export const connectorId = z.int().nonnegative()

/** The connector that a transaction runs on; 0 is the station itself. */
export const socketId = z.int().positive()
