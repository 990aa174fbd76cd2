/** Counts what goes between Drover and charging stations, and what was refused. */
import { Counter, Gauge, type Registry } from 'prom-client'
import { createClockHistogram } from '../delivery/clock-histogram.ts'
import type { Ending } from './server/endings.ts'
import type { Held } from './server/intake.ts'
import type { OcppVersion } from './wire/dialect.ts'
import type { OcppErrorCode } from './wire/frames.ts'
import type { CallOutcome } from './wire/outcome.ts'

/** What became of a WebSocket upgrade. */
export type UpgradeOutcome = 'admitted' | 'shed' | 'not-a-station' | 'unknown-station' | 'bad-credentials' | 'subprotocol' | 'fault'

/** What a look at a station's settings came to. */
export type ProbeOutcome = 'as-registered' | 'filled' | 'contradicts' | 'no-answer'

export interface OcppInstruments {
  upgraded(outcome: UpgradeOutcome): void
  /** A TLS connection that was refused; `reason` is OpenSSL's word. */
  tlsRefused(reason: string): void
  opened(version: OcppVersion): void
  closed(version: OcppVersion, ending: Ending): void
  /** A socket is not read on for a while. */
  held(why: Held): void
  heard(version: OcppVersion, action: string): void
  refused(version: OcppVersion, code: OcppErrorCode): void
  called(version: OcppVersion, action: string, outcome: CallOutcome['kind']): void
  probed(version: OcppVersion, outcome: ProbeOutcome): void
  /** A registered attribute that a station's own word contradicts. */
  contradicted(attribute: string): void
  /** A station's clock less ours, seconds. */
  skew(seconds: number): void
}

const nothing = (): void => undefined

/** For callers that count nothing. */
export const silentInstruments: OcppInstruments = {
  upgraded: nothing,
  tlsRefused: nothing,
  opened: nothing,
  closed: nothing,
  held: nothing,
  heard: nothing,
  refused: nothing,
  called: nothing,
  probed: nothing,
  contradicted: nothing,
  skew: nothing,
}

export function createOcppInstruments(registry: Registry): OcppInstruments {
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]): Counter<L> =>
    new Counter({ name: `drover_ocpp_${name}_total`, help, labelNames, registers: [registry] })
  const upgrades = counter('upgrades', 'WebSocket upgrades of stations, by what became of them.', 'outcome')
  const tls = counter('tls_refused', 'TLS connections that were refused, by the reason of OpenSSL.', 'reason')
  const endings = counter('closed', 'Connections that ended, by how.', 'version', 'ending')
  const held = counter('held', 'Times that a socket was not read on, by why.', 'why')
  const messages = counter('messages', 'Requests of stations that were answered.', 'version', 'action')
  const refused = counter('refused', 'Frames of stations that were refused, by the error code of OCPP-J.', 'version', 'code')
  const calls = counter('calls', 'Requests to stations, by what came of them.', 'version', 'action', 'outcome')
  const probes = counter('probes', 'Looks at the settings of stations, by what they came to.', 'version', 'outcome')
  const contradicted = counter('contradicted', 'Registered attributes that a station contradicts.', 'attribute')
  const connected = new Gauge({
    name: 'drover_ocpp_connected',
    help: 'Connections that are open.',
    labelNames: ['version'],
    registers: [registry],
  })
  return {
    upgraded: (outcome) => upgrades.inc({ outcome }),
    tlsRefused: (reason) => tls.inc({ reason }),
    opened: (version) => connected.inc({ version }),
    closed: (version, ending) => {
      connected.dec({ version })
      endings.inc({ version, ending })
    },
    held: (why) => held.inc({ why }),
    heard: (version, action) => messages.inc({ version, action }),
    refused: (version, code) => refused.inc({ version, code }),
    called: (version, action, outcome) => calls.inc({ version, action, outcome }),
    probed: (version, outcome) => probes.inc({ version, outcome }),
    contradicted: (attribute) => contradicted.inc({ attribute }),
    skew: createClockHistogram(registry, 'ocpp'),
  }
}
