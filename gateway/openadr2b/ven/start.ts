/** Starts the VEN toward one OpenADR 2.0b VTN, by pull or push; several run side by side, and none disturbs another. */
import type { Logger } from 'pino'
import type { Clock } from '../../../processors/runtime/clock.ts'
import type { LogReader, LogWriter } from '../../../processors/runtime/log.ts'
import { createPause } from '../../retry/pause.ts'
import type { Trouble } from '../../retry/trouble.ts'
import { encode } from '../encode.ts'
import { createExchange, type ExchangeTls } from '../exchange.ts'
import { silentInstruments, type VenInstruments } from '../instruments.ts'
import { type PushOptions, type PushServer, startPushServer } from '../push/server.ts'
import type { Seal } from '../signature/seal.ts'
import type { Talk, Timing } from './course.ts'
import { hearPushed, type PushDeps } from './hear-pushed.ts'
import { putAside } from './receive.ts'
import { createSession, runSession, type Session, type SessionDeps } from './session.ts'

export interface VenOptions {
  /** The vtnID by which the VTN calls itself; programs name it in their terms. */
  readonly vtnId: string
  /** For example `https://vtn.example:8443`; the path of the binding is added. */
  readonly baseUrl: string
  readonly venName: string
  readonly tls?: ExchangeTls
  /** The VTN pushes instead of being polled. `address` is told to it as oadrTransportAddress, as it stands. */
  readonly push?: PushOptions & { readonly address: string }
  /** Messages are signed, and must be. */
  readonly seal?: Seal
  readonly instruments?: VenInstruments
  readonly writer: LogWriter
  readonly reader: LogReader
  readonly clock: Clock
  readonly log: Logger
  /** Time between polls in Drover's ms; default: what the VTN asks for. */
  readonly pollMs?: number
  /** True: poll again at once while the VTN has something to say; default false. */
  readonly drain?: boolean
  /** Real ms from the first byte sent to the last byte received; default 30,000. */
  readonly timeoutMs?: number
  /** Real ms; defaults: patience 5,000, first back-off 1,000, cap 60,000, least time between polls 50. */
  readonly waits?: Partial<Waits>
}

export interface Waits {
  readonly patienceMs: number
  readonly firstBackoffMs: number
  readonly capBackoffMs: number
  readonly leastPollMs: number
}

export interface VenState {
  readonly vtnId: string
  readonly stage: 'starting' | 'joining' | 'registered' | 'left'
  readonly venId: string | undefined
  /** Reports that the VTN asked for and still waits for. */
  readonly openReportRequests: readonly string[]
  readonly reportsToSend: number
  readonly trouble: Readonly<Partial<Record<Talk, Trouble>>>
  /** Messages said so far. */
  readonly said: number
}

export interface Ven {
  /** Ends the talk; the registration stays. */
  stop(): Promise<void>
  state(): VenState
  /** Ends the registration with the VTN; nothing more is said after that. A later start registers again. */
  leave(): void
}

const defaults: Waits = { patienceMs: 5_000, firstBackoffMs: 1_000, capBackoffMs: 60_000, leastPollMs: 50 }

/** How long `stop` lets a message under way come back. */
const STOP_MS = 2_000

/** Real time is stretched by the clock's rate, since all deadlines are Drover's time. */
function timingOf({ pollMs, drain, waits, clock, push }: VenOptions): Timing {
  const { patienceMs, firstBackoffMs, capBackoffMs, leastPollMs } = { ...defaults, ...waits }
  return {
    push: push !== undefined,
    pollMs,
    drain: drain ?? false,
    patienceMs: patienceMs * clock.rate,
    firstBackoffMs: firstBackoffMs * clock.rate,
    capBackoffMs: capBackoffMs * clock.rate,
    leastPollMs: leastPollMs * clock.rate,
  }
}

function stateOf({ known, course, ready, said }: Session): VenState {
  const joined = course.registered ? 'registered' : 'joining'
  return {
    vtnId: known.vtnId,
    stage: !ready ? 'starting' : course.left ? 'left' : joined,
    venId: known.registration?.venId,
    openReportRequests: [...known.openRequests.keys()],
    reportsToSend: known.reports.size,
    trouble: course.trouble,
    said,
  }
}

/** Listens for what the VTN pushes; what cannot be kept is answered by 500, so that the VTN tries again. */
function listenForPushes(push: PushOptions, session: Session, deps: PushDeps): Promise<PushServer> {
  const { vtnId, log, instruments, seal, clock } = deps
  return startPushServer(push, {
    vtnId,
    log,
    instruments,
    async hear(service, contentType, body) {
      const { status, message } = await hearPushed(session, { service, status: 0, contentType, body }, deps)
      if (!message) return { status }
      const document = encode(message)
      return { status, document: seal ? seal.sign(document, clock.nowMs()) : document }
    },
    putAside: (service, body, why) => putAside({ service, body }, why, deps),
  })
}

export function startVen(options: VenOptions): Ven {
  const { vtnId, venName, baseUrl, tls, timeoutMs, writer, reader, clock, log, push, seal, instruments = silentInstruments } = options
  const exchange = createExchange({
    base: baseUrl,
    ...(tls === undefined ? {} : { tls }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  })
  const pause = createPause()
  const session = createSession(vtnId)
  const transportAddress = push?.address
  const timing = timingOf(options)
  const deps: SessionDeps = { vtnId, venName, transportAddress, seal, instruments, exchange, writer, reader, clock, log, pause, timing }
  const pushPause = createPause()
  const listening = push && listenForPushes(push, session, { ...deps, pause: pushPause, onNews: pause.wake })
  // Registering before anybody listens would invite pushes into the void.
  const running = (listening ?? Promise.resolve()).then(
    () => runSession(session, deps),
    (error: unknown) => log.error({ vtnId, err: error }, 'cannot listen for pushes; this VTN is not served'),
  )
  return {
    async stop() {
      pause.stop()
      pushPause.stop()
      await (await listening?.catch(() => undefined))?.stop()
      const late = setTimeout(() => exchange.close(), STOP_MS)
      await running
      clearTimeout(late)
      exchange.close()
    },
    state: () => stateOf(session),
    leave() {
      session.course = { ...session.course, leaving: true }
      pause.wake()
    },
  }
}
