/** Makes quantities of the normalizer of a raw loopback line. */
import type { Decoder } from '../../processors/normalizer/decoded.ts'
import { readLine } from './wire.ts'

/** A loopback device states the energy of each interval, and has one meter. */
export const decodeLoopback: Decoder = (raw) => {
  const message = readLine(raw.body.toString('utf8'))
  if ('fault' in message) return { readings: [], faults: [{ reason: 'unreadableBody', path: message.path, detail: message.fault }] }
  if (!('energy' in message))
    return { readings: [], faults: [{ reason: 'unreadableBody', path: '', detail: 'the line carries no energy' }] }
  const { channel, startMs, stepS, energyWh } = message.energy
  const reading = { channel, startMs, stepMs: stepS * 1000, energyWh, register: '', code: '', path: 'energy' } as const
  return { readings: [{ ...reading, kind: 'interval', quality: 'measured' }], faults: [] }
}
