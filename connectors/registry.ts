/** Every protocol of Drover, one line each: how it renders, how its telemetry is read, and its topics. */
import type { ProtocolRenderer } from '../processors/dispatch/renderer.ts'
import type { Decoder } from '../processors/normalizer/decoded.ts'
import { decodeImportBlock } from '../processors/normalizer/import-block.ts'
import type { Protocol } from '../schemas/common.ts'
import type { Command } from '../schemas/dispatch.ts'
import type { RawTelemetry } from '../schemas/telemetry.ts'
import { dispatchCommands, telemetryRaw } from '../topics/catalogue.ts'
import type { Topic } from '../topics/define.ts'
import { decodeInverter } from './inverter/decode.ts'
import { inverterRenderer } from './inverter/render.ts'
import { decodeLoopback } from './loopback/decode.ts'
import { loopbackRenderer } from './loopback/render.ts'
import { createOcppRenderer } from './ocpp/renderer.ts'
import { decodeOcpp } from './ocpp/telemetry-decoder.ts'
import { decodeSep2 } from './sep2/decode.ts'
import { createSep2Renderer } from './sep2/render.ts'
import { decodeThermostat } from './thermostat/decode.ts'
import { thermostatRenderer } from './thermostat/render.ts'

/** The pure part of a connector, and where it reads and writes. */
export interface Connector {
  readonly renderer: ProtocolRenderer
  readonly decoder: Decoder
  readonly commands: Topic<Command>
  readonly raw: Topic<RawTelemetry>
}

type Connectors = Readonly<Partial<Record<Protocol, Connector>>>

export const connectors = {
  ocpp: { renderer: createOcppRenderer(), decoder: decodeOcpp, commands: dispatchCommands.ocpp, raw: telemetryRaw.ocpp },
  sep2: { renderer: createSep2Renderer(), decoder: decodeSep2, commands: dispatchCommands.sep2, raw: telemetryRaw.sep2 },
  inverter: { renderer: inverterRenderer, decoder: decodeInverter, commands: dispatchCommands.inverter, raw: telemetryRaw.inverter },
  thermostat: {
    renderer: thermostatRenderer,
    decoder: decodeThermostat,
    commands: dispatchCommands.thermostat,
    raw: telemetryRaw.thermostat,
  },
  loopback: { renderer: loopbackRenderer, decoder: decodeLoopback, commands: dispatchCommands.loopback, raw: telemetryRaw.loopback },
} as const satisfies Connectors

const pick = <V>(read: (connector: Connector) => V): Readonly<Partial<Record<Protocol, V>>> =>
  Object.fromEntries(Object.entries(connectors).map(([protocol, connector]) => [protocol, read(connector)]))

/** What processors are given of the protocols; imports come without one. */
export const protocols = {
  renderers: pick(({ renderer }) => renderer),
  decoders: { ...pick(({ decoder }) => decoder), none: decodeImportBlock },
} as const
