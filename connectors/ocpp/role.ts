/** The OCPP connector: stations connect to it, get their commands from the log, and what they say goes to the log. */
import type { AckStatus } from '../../schemas/dispatch.ts'
import { dispatchCommands, enrollmentChanges, telemetryRaw } from '../../topics/catalogue.ts'
import { createClockNotes } from '../delivery/clock-notes.ts'
import { type NodeOptions, startNode } from '../delivery/node.ts'
import { silentInstruments } from './instruments.ts'
import { versionIn } from './limits/traits-of.ts'
import { createProber, type ProberOptions } from './probe/prober.ts'
import { createOcppServer, type OcppServer, type OcppServerOptions } from './server/server.ts'
import { stationHooks } from './station-hooks.ts'
import { createStationPort } from './station-port.ts'
import { createProfileReports } from './v201/profile-reports.ts'

export interface OcppOptions extends NodeOptions, Readonly<Omit<OcppServerOptions, 'hooks' | 'clock' | 'versionOf'>> {
  /** What is registered of a station; undefined = not known here: then it is neither asked nor set. */
  readonly registered?: ProberOptions['registered']
  /** Real time from a connection to the first question about a station's settings; spread over ten seconds unless said. */
  readonly probeDelayMs?: ProberOptions['delayMs']
}

export interface OcppStats {
  readonly connected: number
  /** Acks written since the start, by status. */
  readonly acks: Readonly<Partial<Record<AckStatus, number>>>
}

export interface RunningOcpp {
  /** Stations add their percent-encoded id: `ws://127.0.0.1:9000/ocpp/CP-1`. */
  readonly url: string
  readonly port: number
  readonly securePorts: readonly number[]
  /** Says that all connections are closed; the writer stays open. */
  stop(): Promise<void>
  stats(): OcppStats
}

const topics = { protocol: 'ocpp', commands: dispatchCommands.ocpp, raw: telemetryRaw.ocpp } as const
/** Real time that a station may take to report what it has installed. */
const REPORT_MS = 5_000
const REMEDY = 'set it, or have it take the time from BootNotification and Heartbeat'

/** Resolves when stations can connect: the past is known, and what this node left open is closed. */
export async function startOcpp(options: OcppOptions): Promise<RunningOcpp> {
  const { writer, reader, node, log, host = '127.0.0.1', clock, registered = () => undefined, probeDelayMs: delayMs, ...serving } = options
  const { instruments = silentInstruments } = serving
  const parts: { server?: OcppServer } = {}
  const server = (): OcppServer => serverOf(parts)
  const reports = createProfileReports(REPORT_MS)
  const connector = await startNode(topics, { writer, reader, clock, node, log }, (epochOf) =>
    createStationPort({ server, epochOf, reports, clock }),
  )
  const record: ProberOptions['record'] = async (change) => {
    await writer.append(enrollmentChanges, change, { timestampMs: change.effectiveFromMs })
  }
  const prober = createProber({ server, registered, record, clock, instruments, log, onError: connector.onError, delayMs })
  const clocks = createClockNotes({ protocol: 'ocpp', remedy: REMEDY, skew: instruments.skew, log })
  const hooks = stationHooks({ ...connector, prober, reports, clocks, log })
  parts.server = await createOcppServer({ ...serving, host, clock, hooks, versionOf: (id) => versionOf(registered(id)) })
  return {
    url: `ws://${host}:${server().port}/ocpp`,
    port: server().port,
    securePorts: server().securePorts,
    stats: () => ({ connected: connector.edge.connected(), acks: connector.delivery.counts() }),
    async stop() {
      prober.stop()
      await connector.delivery.stop()
      await server().close()
      await writer.flush()
    },
  }
}

const versionOf = (known: ReturnType<ProberOptions['registered']>) => known && versionIn(known.attributes.extra)

function serverOf({ server }: { server?: OcppServer }): OcppServer {
  if (!server) throw new Error('no station can be connected before the server listens')
  return server
}
