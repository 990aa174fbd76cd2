/** Makes quantities of the normalizer of raw bodies of thermostat clouds, by their kind. Pure. */
import type { Decoder } from '../../processors/normalizer/decoded.ts'
import { decodeEcobee } from './ecobee/decode.ts'
import { decodeRuntimeMessage, SETTINGS_MESSAGE } from './messages.ts'

/** Settings carry no quantity: they are on the log since they show what a person did. */
export const decodeThermostat: Decoder = (raw) => {
  if (raw.kind === SETTINGS_MESSAGE) return { readings: [], faults: [] }
  return raw.kind.startsWith('webhook.') ? decodeRuntimeMessage(raw) : decodeEcobee(raw)
}
