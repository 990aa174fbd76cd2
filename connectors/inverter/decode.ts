/** Makes quantities of the normalizer of raw bodies of inverter clouds, by their kind. Pure. */
import type { Decoder } from '../../processors/normalizer/decoded.ts'
import { decodeEnphase } from './enphase/decode.ts'
import { decodeSolaredge } from './solaredge/decode.ts'

export const decodeInverter: Decoder = (raw) => (raw.kind.startsWith('solaredge.') ? decodeSolaredge(raw) : decodeEnphase(raw))
