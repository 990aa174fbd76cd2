/** Names the revisions of OpenADR 3 that differ on the wire. */
import type { UtilitySignal } from '../../schemas/utility.ts'

/** 3.0: 3.0.0 and 3.0.1. 3.1: 3.1.0 and later; not compatible with 3.0. */
export type Revision = '3.0' | '3.1'

/** How signals of a revision are marked on the log. */
export const protocolOf: Readonly<Record<Revision, UtilitySignal['protocol']>> = { '3.0': 'openadr3', '3.1': 'openadr31' }
