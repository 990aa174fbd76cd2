/** Starts the VEN toward one OpenADR 3 VTN; several run side by side, and none disturbs another. */
import type { Logger } from 'pino'
import type { Clock } from '../../../processors/runtime/clock.ts'
import type { LogReader, LogWriter } from '../../../processors/runtime/log.ts'
import { createPause } from '../../retry/pause.ts'
import type { Trouble } from '../../retry/trouble.ts'
import { startCallback } from '../callback.ts'
import { type Asked, silentInstruments, type VenInstruments } from '../instruments.ts'
import { findBinding, listenTo } from '../mqtt.ts'
import type { Revision } from '../revision.ts'
import { createClient, type Reply, rootOf } from '../wire/client.ts'
import { createExchange, type ExchangeTls } from '../wire/exchange.ts'
import { type Credentials, createTokens } from '../wire/token.ts'
import type { Timing } from './course.ts'
import type { Hear } from './hear-move.ts'
import { runSession } from './session.ts'
import { type Callback, createSession, hint, type Session } from './talk.ts'

export interface VenOptions {
  /** Name by which programs say in their terms that this VTN addresses them. */
  readonly vtnId: string
  readonly revision: Revision
  /** For example `https://vtn.example/openadr3/3.1.0`; `events` and so on come after it. */
  readonly baseUrl: string
  readonly venName: string
  /** undefined: none are asked for. */
  readonly credentials?: Credentials
  readonly tls?: ExchangeTls
  readonly writer: LogWriter
  readonly reader: LogReader
  readonly clock: Clock
  readonly log: Logger
  /** Time between polls in Drover's ms; default 10,000. */
  readonly pollMs?: number
  /** Real ms from the first byte sent to the last byte received; default 30,000. */
  readonly timeoutMs?: number
  /** Longer answers are broken off; default 5 MB. */
  readonly maxBytes?: number
  /** Where the VTN may call us, and the port on 127.0.0.1 that this leads to; undefined: nothing is subscribed. */
  readonly callback?: Callback & { readonly port: number }
  /** True: the VTN's broker is listened to, where it has one (3.1). */
  readonly mqtt?: boolean
  /** Default: nothing is counted. */
  readonly instruments?: VenInstruments
  /** Real ms; defaults: first back-off 1,000, cap 60,000, least time between polls 1,000. */
  readonly waits?: Partial<Waits>
}

export interface Waits {
  readonly firstBackoffMs: number
  readonly capBackoffMs: number
  readonly leastPollMs: number
}

export interface VenState {
  readonly vtnId: string
  readonly stage: 'starting' | 'joining' | 'polling'
  readonly venId: string | undefined
  readonly reportsToSend: number
  readonly trouble: Readonly<Partial<Record<string, Trouble>>>
  /** Polls that came back whole. */
  readonly polls: number
}

export interface Ven {
  stop(): Promise<void>
  state(): VenState
  /** Something may have changed at the VTN: the next poll comes at once. */
  hint(): void
}

const defaults: Waits = { firstBackoffMs: 1_000, capBackoffMs: 60_000, leastPollMs: 1_000 }
const POLL_MS = 10_000
/** Programs, VEN and resources are read again after so many polls. */
const WHOLE_EVERY = 10

/** How long `stop` lets a message under way come back. */
const STOP_MS = 2_000

/** Real time is stretched by the clock's rate, since all deadlines are Drover's time. */
function timingOf({ pollMs = POLL_MS, waits, clock }: VenOptions): Timing {
  const { firstBackoffMs, capBackoffMs, leastPollMs } = { ...defaults, ...waits }
  return {
    pollMs,
    wholeMs: pollMs * WHOLE_EVERY,
    leastPollMs: leastPollMs * clock.rate,
    firstBackoffMs: firstBackoffMs * clock.rate,
    capBackoffMs: capBackoffMs * clock.rate,
  }
}

const stateOf = ({ known, course, ready, polls }: Session): VenState => ({
  vtnId: known.vtnId,
  stage: !ready ? 'starting' : course.shown ? 'polling' : 'joining',
  venId: known.venId,
  reportsToSend: known.reports.size,
  trouble: course.trouble,
  polls,
})

const outcomeOf = (reply: Reply): Asked => {
  if (reply.kind === 'answered') return `http-${reply.answer.status}`
  if (reply.answer) return `http-${reply.status}`
  return reply.status === 401 ? 'no-token' : 'no-answer'
}

const withSlash = (url: string): URL => new URL(url.endsWith('/') ? url : `${url}/`)

function connect(options: VenOptions, instruments: VenInstruments) {
  const { vtnId, revision, baseUrl, credentials, tls, timeoutMs, maxBytes, clock } = options
  const exchange = createExchange({
    ...(tls === undefined ? {} : { tls }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  })
  const base = withSlash(baseUrl)
  const tokens = createTokens({ revision, base, exchange, clock, credentials })
  const onReply = (path: string, reply: Reply): void => instruments.asked(vtnId, rootOf(path), outcomeOf(reply))
  return { exchange, tokens, client: createClient({ base, exchange, tokens, onReply }) }
}

/** undefined: nothing is listened to; 3.0 has no MQTT. */
function hearing({ vtnId, revision, mqtt, credentials, tls, log }: VenOptions, { client, tokens }: Connection, onHint: () => void) {
  if (!mqtt || revision === '3.0') return undefined
  const access = { clientId: credentials?.clientId, tls, authorization: async () => (await tokens.header()).authorization ?? '' }
  const trouble = (problem: string): void => log.warn({ vtnId, problem }, 'the broker of the VTN cannot be heard; polling goes on')
  const hear: Hear = async (programIDs, venID) => {
    const binding = await findBinding(client, programIDs, venID)
    return binding && listenTo(binding, access, { hint: onHint, trouble })
  }
  return hear
}

type Connection = ReturnType<typeof connect>

export function startVen(options: VenOptions): Ven {
  const { vtnId, venName, revision, callback, writer, reader, clock, log, instruments = silentInstruments } = options
  const connection = connect(options, instruments)
  const { client, exchange } = connection
  const pause = createPause()
  const session = createSession(vtnId)
  const timing = timingOf(options)
  const onHint = (by?: 'webhook' | 'mqtt'): void => {
    if (by) instruments.hinted(vtnId, by)
    hint(session, timing)
    pause.wake()
  }
  const hear = hearing(options, connection, () => onHint('mqtt'))
  const deps = { vtnId, venName, revision, client, writer, reader, clock, log, pause, timing, callback, instruments, hear }
  const running = runSession(session, deps)
  const onAnswer = (status: number): void => instruments.called(vtnId, status)
  const webhook = callback && startCallback(callback.port, { token: callback.token, onHint: () => onHint('webhook'), onAnswer }, log)
  return {
    async stop() {
      pause.stop()
      await webhook?.stop()
      const late = setTimeout(() => exchange.close(), STOP_MS)
      await running
      clearTimeout(late)
      exchange.close()
    },
    state: () => stateOf(session),
    hint: () => onHint(),
  }
}
