/** Brings raw telemetry of every protocol to one unit, one sign and one clock. */
import type { Protocol } from '../../schemas/common.ts'
import type { DeviceState } from '../../schemas/enrollment.ts'
import type { RawTelemetry, ReadingBlock } from '../../schemas/telemetry.ts'
import { enrollmentState, telemetryRaw, telemetryReadings } from '../../topics/catalogue.ts'
import { type Context, defineProcessor, type Received, store, table } from '../runtime/define.ts'
import { type Normalized, normalize } from './decide.ts'
import type { Decoded, Decoder, Fault } from './decoded.ts'
import { type NormalizerDevice, normalizerDevice, nothingKnown } from './state.ts'

/** One decoder per protocol; `none` reads imports. */
export interface NormalizerDeps {
  readonly decoders: Readonly<Partial<Record<Protocol, Decoder>>>
}

const outputs = { readings: telemetryReadings }
const stores = { devices: store(normalizerDevice) }
const tables = { state: table(enrollmentState) }
type NormalizerContext = Context<typeof outputs, typeof stores, typeof tables, Record<never, never>>

export function createNormalizer({ decoders }: NormalizerDeps) {
  const onRaw = (context: NormalizerContext, record: Received<RawTelemetry>) => {
    const raw = record.value
    if (raw === null) return
    const device = context.tables.state.get(raw.deviceId)
    if (!device) {
      context.reject('unknownDevice', `deviceId: ${raw.deviceId} is not registered; register it, then send again`, 'deviceId')
      return
    }
    const known = context.stores.devices.get(raw.deviceId) ?? nothingKnown
    const normalized = normalize(known, decode(decoders[raw.protocol], raw), factsOf(raw, record, device))
    settle(context, raw.deviceId, known, normalized)
  }
  return defineProcessor({
    name: 'normalizer',
    about: 'Makes readings in Wh of raw telemetry; registers become energy by difference.',
    inputs: telemetryRaw,
    outputs,
    stores,
    tables,
    urgent: ['state'],
    on: { ocpp: onRaw, sep2: onRaw, inverter: onRaw, thermostat: onRaw, loopback: onRaw, import: onRaw },
  })
}

function factsOf(raw: RawTelemetry, record: Received<RawTelemetry>, device: DeviceState) {
  const source: ReadingBlock['source'] = raw.protocol === 'none' ? 'import' : raw.protocol
  return { raw, rawOffset: record.offset, source, ratedW: device.attributes.ratedW }
}

/** A body from outside may break a decoder in ways nobody thought of; that is a fault of the body, not of the task. */
function decode(decoder: Decoder | undefined, raw: RawTelemetry): Decoded {
  if (!decoder) return unreadable(`protocol ${raw.protocol} has no decoder`)
  try {
    return decoder(raw)
  } catch (error) {
    return unreadable(String(error))
  }
}

function unreadable(detail: string): Decoded {
  return { readings: [], faults: [{ reason: 'unreadableBody', path: '', detail }] }
}

function settle(context: NormalizerContext, deviceId: string, known: NormalizerDevice, normalized: Normalized): void {
  if (normalized.state !== known) context.stores.devices.put(deviceId, normalized.state)
  // A block names the raw record that it was made of.
  for (const block of normalized.blocks) context.emit('readings', block, { partition: context.partition, causation: '' })
  const [first] = normalized.faults
  if (first) context.reject(first.reason, normalized.faults.map(describe).join('; '), first.path)
}

function describe({ path, detail }: Fault): string {
  return path ? `${path}: ${detail}` : detail
}
