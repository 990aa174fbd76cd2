/** Numbers of connectors in OCPP 1.6 (§7) as zod schemas. */
import { z } from 'zod'

export const connectorId = z.int().nonnegative()

/** The connector that a transaction runs on; 0 is the station itself. */
export const socketId = z.int().positive()
