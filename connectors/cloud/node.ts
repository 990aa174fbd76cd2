/** A node of a connector that reaches devices through their vendors' clouds: several share the devices, partition by partition. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Decoder } from '../../processors/normalizer/decoded.ts'
import type { Clock } from '../../processors/runtime/clock.ts'
import type { LogReader, LogShare, LogSharer, LogWriter } from '../../processors/runtime/log.ts'
import type { ProtocolTopics } from '../delivery/node.ts'
import type { CloudAdapter } from './adapter.ts'
import { credentialFolder } from './credentials/files.ts'
import type { CloudInstruments } from './instruments.ts'
import type { ExchangeLimits } from './line/exchange.ts'
import { createLines, type Lines } from './lines.ts'
import { startWorker, type Worker } from './worker.ts'

export interface CloudOptions {
  readonly topics: ProtocolTopics
  readonly adapters: ReadonlyMap<string, CloudAdapter>
  readonly decoder: Decoder
  readonly writer: LogWriter
  readonly reader: LogReader
  readonly sharer: LogSharer
  readonly clock: Clock
  /** Name of this process; no two that run at once may share one. */
  readonly node: string
  readonly log: (line: string) => void
  /** Folder with an entry for each credential. */
  readonly credentialsDir: string
  /** Of device-keyed topics. */
  readonly devicePartitions: number
  readonly instruments: CloudInstruments
  /** Real ms that a vendor has for an answer; default 20,000. */
  readonly callTimeoutMs?: number
}

export interface RunningCloud {
  stats(): { readonly devices: number; readonly partitions: number; readonly acks: Readonly<Record<string, number | undefined>> }
  /** What messages of a vendor to us are signed with; undefined: none are taken. */
  webhookSecretOf(credential: string): string | undefined
  stop(): Promise<void>
}

const CALL_TIMEOUT_MS = 20_000
const MAX_ANSWER_BYTES = 32 * 1024 * 1024
/** The folder of credentials is read again so often, real ms: all that a node without any does. */
const REFRESH_MS = 10_000
const START_AGAIN_MS = 2_000

interface State {
  readonly options: CloudOptions
  readonly lines: Lines
  partitions: readonly number[]
  /** Counts assignments and revocations: what began in an older one ends. */
  turn: number
  worker: Worker | undefined
  /** Assignments and revocations are carried out one after the other. */
  tail: Promise<void>
  share: LogShare | undefined
  joining: Promise<void> | undefined
  isStopped: boolean
}

/** Resolves at once: partitions are worked as they are given, and none before there is a credential. */
export async function startCloud(options: CloudOptions): Promise<RunningCloud> {
  const { callTimeoutMs = CALL_TIMEOUT_MS, credentialsDir, devicePartitions } = options
  const limits: ExchangeLimits = { timeoutMs: callTimeoutMs, maxBytes: MAX_ANSWER_BYTES }
  const lines: Lines = createLines({
    ...options,
    limits,
    folder: credentialFolder(credentialsDir),
    share: () => (state.partitions.length > 0 ? state.partitions.length / devicePartitions : 1),
    onFree: (credential) => state.worker?.pump(credential),
  })
  const state: State = {
    ...{ options, lines, partitions: [], turn: 0, worker: undefined, tail: Promise.resolve() },
    ...{ share: undefined, joining: undefined, isStopped: false },
  }
  await refresh(state)
  const timer = setInterval(() => void refresh(state), REFRESH_MS).unref()
  return {
    stats: () => ({ devices: 0, acks: {}, ...state.worker?.stats(), partitions: state.partitions.length }),
    webhookSecretOf: lines.webhookSecretOf,
    async stop() {
      state.isStopped = true
      state.turn += 1
      clearInterval(timer)
      await state.joining
      await state.share?.stop()
      await state.tail
      await revoke(state)
      await options.writer.flush()
    },
  }
}

async function refresh(state: State): Promise<void> {
  const { options, lines } = state
  try {
    const { sound, changed } = await lines.refresh()
    if (changed) state.worker?.wakeAll()
    if (sound > 0 && !state.isStopped) await join(state)
  } catch (error) {
    options.log(`${options.topics.protocol}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Once. */
async function join(state: State): Promise<void> {
  const { sharer, topics } = state.options
  if (state.share || state.joining) return
  const hooks = {
    onAssigned: (partitions: readonly number[]) => then(state, () => assign(state, partitions)),
    onRevoked: () => {
      state.turn += 1
      return then(state, () => revoke(state))
    },
  }
  const joining = sharer.share(topics.commands, `drover.${topics.protocol}-cloud`, hooks).then((share) => {
    state.share = share
  })
  state.joining = joining.finally(() => {
    state.joining = undefined
  })
  await state.joining
}

function then(state: State, step: () => Promise<void>): Promise<void> {
  const { options } = state
  state.tail = state.tail.then(step).catch((error: unknown) => {
    options.log(`${options.topics.protocol}: partitions: ${error instanceof Error ? error.message : String(error)}`)
  })
  return state.tail
}

async function assign(state: State, partitions: readonly number[]): Promise<void> {
  const { turn, options } = state
  state.partitions = partitions
  while (partitions.length > 0 && state.turn === turn && !state.isStopped) {
    try {
      state.worker = await startWorker(options, partitions, state.lines)
      return
    } catch (error) {
      options.log(`${options.topics.protocol}: partitions ${partitions.join(', ')}: ${String(error)}`)
      await sleep(START_AGAIN_MS)
    }
  }
}

async function revoke(state: State): Promise<void> {
  const { worker } = state
  state.worker = undefined
  state.partitions = []
  await worker?.stop()
}
