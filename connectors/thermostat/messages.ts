/**
 * Messages that a vendor sends to our webhook, each on the log as one record of the device that it is about:
 *
 *     {"events":[{"eventId":"e1","eventTime":"2026-07-01T15:05:00Z","deviceId":"…","type":"runtime",
 *                 "startTime":"2026-07-01T15:00:00Z","cool":[300],"heat":[0]},
 *                {"eventId":"e2","eventTime":"…","deviceId":"…","type":"settings","thermostat":{…}}]}
 *
 * `runtime`: seconds of running in five-minute intervals from `startTime`, null = not known. `settings`: how the thermostat is set now.
 */
import { z } from 'zod'
import type { Decoded } from '../../processors/normalizer/decoded.ts'
import type { RawTelemetry } from '../../schemas/telemetry.ts'
import { blocksOf } from '../cloud/blocks.ts'
import { readPowers, runtimeWh } from './powers.ts'
import { type Thermostat, thermostatSchema } from './resideo/thermostat.ts'

export const RUNTIME_MESSAGE = 'webhook.runtime'
export const SETTINGS_MESSAGE = 'webhook.settings'

const STEP_MS = 300_000
const seconds = z.array(z.number().min(0).max(300).nullable()).min(1).max(288)

const runtime = z.object({ startTime: z.iso.datetime(), cool: seconds.optional(), heat: seconds.optional() })
const settings = z.object({ eventTime: z.iso.datetime(), thermostat: thermostatSchema })

/** Throws where the body is no message of this kind. */
export function decodeRuntimeMessage(raw: RawTelemetry): Decoded {
  const { startTime, cool = [], heat = [] } = runtime.parse(JSON.parse(raw.body.toString('utf8')))
  const powers = readPowers(raw.contentType)
  const startMs = Date.parse(startTime)
  const stated = Array.from({ length: Math.max(cool.length, heat.length) }, (_, index) => {
    const [coolS, heatS] = [at(cool, index), at(heat, index)]
    const isKnown = coolS !== null && heatS !== null
    return {
      startMs: startMs + index * STEP_MS,
      energyWh: isKnown ? runtimeWh(coolS, powers['cool-w']) + runtimeWh(heatS, powers['heat-w']) : null,
    }
  })
  const { receivedMs } = raw
  const of = { channel: 'import', stepMs: STEP_MS, code: 'runtime', path: '', quality: 'modelled', receivedMs } as const
  return { readings: blocksOf(stated, of), faults: [] }
}

/** Equipment that a message does not name does not exist. */
const at = (list: readonly (number | null)[], index: number): number | null => (list.length === 0 ? 0 : (list[index] ?? null))

/** undefined: the record is another one, or can not be read. */
export function readSettingsMessage(raw: RawTelemetry): { readonly thermostat: Thermostat; readonly atMs: number } | undefined {
  if (raw.kind !== SETTINGS_MESSAGE) return undefined
  try {
    const { eventTime, thermostat } = settings.parse(JSON.parse(raw.body.toString('utf8')))
    return { thermostat, atMs: Date.parse(eventTime) }
  } catch {
    return undefined
  }
}
