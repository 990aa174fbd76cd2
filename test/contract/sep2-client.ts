/** A scripted client of IEEE 2030.5: keeps the controls that it was told, answers them as told, also when it is away in between. */
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Credentials } from '../../connectors/sep2/tls/credentials.ts'
import type { Clock } from '../../processors/runtime/clock.ts'
import { createHttpClient, type HttpClient } from '../connectors/sep2/http-client.ts'
import type { ClientCertificate } from '../connectors/sep2/pki.ts'
import { type Control, controlsOf, responseXml, subscriptionXml, usagePointXml } from '../fleet/sep2/documents.ts'
import type { Answering, ScriptedDevice } from './protocol.ts'

/** What a device remembers, whichever node it meets. */
interface Memory {
  /** Controls that it has got, and those that it has answered. */
  readonly seen: Set<string>
  readonly answered: Set<string>
  /** Controls that it means to follow, the last taken last. */
  accepted: readonly Control[]
  /** Cancellations that it has answered, and those that it refused. */
  readonly cancelled: Set<string>
  readonly refused: Set<string>
  foreignW: number
}
export type Memories = Map<string, Memory>

const memories = new WeakMap<Clock, Memories>()
/** Devices of a stage outlive its nodes. */
export function memoriesOf(clock: Clock): Memories {
  const known = memories.get(clock) ?? new Map<string, Memory>()
  memories.set(clock, known)
  return known
}

export interface ScriptedOptions {
  readonly id: string
  readonly certificate: ClientCertificate
  readonly credentials: Credentials
  readonly url: string
  readonly nowMs: () => number
  readonly subscribes: boolean
  readonly memories: Memories
}

const POLL_MS = 40
const LIST = (id: string) => `/edev/${id}/derp/program/derc`
const METER = 'A1'
const DELTA_WH = '<accumulationBehaviour>4</accumulationBehaviour><uom>72</uom>'
const freshMemory = (): Memory => ({
  seen: new Set(),
  answered: new Set(),
  accepted: [],
  cancelled: new Set(),
  refused: new Set(),
  foreignW: Number.POSITIVE_INFINITY,
})

interface State extends ScriptedOptions {
  readonly memory: Memory
  readonly commands: ('set' | 'release')[]
  /** What it was silent about since it connected. */
  held: Control[]
  /** Counted since it connected. */
  counted: Set<string>
  http: HttpClient | undefined
  ears: Server | undefined
  usagePoint: string
  answering: Answering
  reading: Promise<void>
}

export function createScriptedClient(options: ScriptedOptions): ScriptedDevice {
  const { id, nowMs } = options
  const memory = options.memories.get(id) ?? freshMemory()
  options.memories.set(id, memory)
  const state: State = {
    ...options,
    memory,
    commands: [],
    held: [],
    counted: new Set(),
    http: undefined,
    ears: undefined,
    usagePoint: '',
    answering: 'accepts',
    reading: Promise.resolve(),
  }
  return {
    id,
    commands: state.commands,
    closed: new Promise(() => undefined),
    get answering() {
      return state.answering
    },
    set answering(next) {
      state.answering = next
      memory.refused.clear()
    },
    connect: () => connect(state),
    drop: () => drop(state),
    // Its node may be gone before it has answered.
    answerNow(which) {
      const control = which === 'oldest' ? state.held.shift() : state.held.pop()
      if (!control) throw new Error('there is nothing to answer')
      void answer(state, control).catch(() => undefined)
    },
    limitW: (atMs) => Math.min(memory.foreignW, limitOf(memory, atMs)),
    holdForeignLimit(limitW) {
      memory.foreignW = limitW
    },
    report: () => report(state),
    sayNonsense() {
      const nonsense = Buffer.from('<MirrorMeterReading xmlns="urn:ieee:std:2030.5:ns"><mRID>sideways</mRID></MirrorMeterReading>')
      void httpOf(state)
        .post(state.usagePoint, nonsense)
        .catch(() => undefined)
      return nonsense
    },
    async override() {
      const current = memory.accepted.at(-1)
      await httpOf(state).post(`/edev/${id}/rsps/1/rsp`, responseXml(options.certificate.lfdi, current?.mRID ?? 'AB', 4, seconds(nowMs())))
    },
  }
}

const seconds = (ms: number): number => Math.floor(ms / 1000)

function httpOf({ http }: State): HttpClient {
  if (!http) throw new Error('connect first')
  return http
}

/** The last taken holds; it is one of CSIP-AUS, in W. */
function limitOf({ accepted }: Memory, atMs: number): number {
  const current = accepted.findLast(({ startS, endS }) => startS * 1000 <= atMs && atMs < endS * 1000)
  return current?.base.opModLoadLimW ?? Number.POSITIVE_INFINITY
}

async function connect(state: State): Promise<void> {
  const { id, url, certificate, credentials, subscribes } = state
  const http = createHttpClient(url, certificate, credentials.ca)
  state.http = http
  const { status } = await http.get('/dcap')
  if (status !== 200) throw new Error(`/dcap: ${status}`)
  const { headers } = await http.post('/mup', usagePointXml(certificate.lfdi, 'B1', [{ mRID: METER, type: DELTA_WH }]))
  state.usagePoint = String(headers.location)
  if (subscribes) await subscribe(state, http)
  await read(state)
  void live(state, http)
  if (subscribes) return
  await http.get(LIST(id))
}

async function subscribe(state: State, http: HttpClient): Promise<void> {
  const { credentials } = state
  const { cert, key, ca } = credentials
  const ears = createServer({ cert, key, ca, requestCert: true }, (request, response) => {
    request.resume()
    response.writeHead(204).end()
    void read(state)
  })
  state.ears = ears
  await new Promise<void>((resolve) => ears.listen(0, '127.0.0.1', resolve))
  const uri = `https://127.0.0.1:${(ears.address() as AddressInfo).port}/`
  const { status } = await http.post(`/edev/${state.id}/sub`, subscriptionXml(LIST(state.id), uri))
  if (status !== 201) throw new Error(`subscription: ${status}`)
}

/** Polls until it is dropped, or its node is gone. */
async function live(state: State, http: HttpClient): Promise<void> {
  try {
    while (state.http === http) {
      if (state.subscribes) await http.get('/tm')
      else await read(state)
      await sleep(POLL_MS)
    }
  } catch {
    // It was dropped meanwhile, and may have connected anew.
    if (state.http === http) await drop(state)
  }
}

async function drop(state: State): Promise<void> {
  const { http, ears } = state
  state.http = undefined
  state.ears = undefined
  state.held = []
  state.counted = new Set()
  http?.close()
  ears?.closeAllConnections()
  if (ears) await new Promise((resolve) => ears.close(resolve))
}

/** Reads one after the other; what a Notification says while one is under way is read after it. */
function read(state: State): Promise<void> {
  state.reading = state.reading.then(() => readNow(state)).catch(() => undefined)
  return state.reading
}

async function readNow(state: State): Promise<void> {
  const { http, memory } = state
  if (!http) return
  const { status, text } = await http.get(`${LIST(state.id)}?l=50`)
  if (status !== 200) return
  const controls = controlsOf(text)
  const live = controls.filter((control) => control.status < 2)
  const isListed = ({ mRID }: Control) => live.some((control) => control.mRID === mRID) || memory.refused.has(mRID)
  for (const control of controls) if (control.status < 2) await onLive(state, control)
  for (const control of controls) if (control.status >= 2) await onEnded(state, control, live.length === 0)
  memory.accepted = memory.accepted.filter(isListed)
}

async function onLive(state: State, control: Control): Promise<void> {
  const { memory, commands, counted, held } = state
  const { mRID } = control
  if (memory.answered.has(mRID)) return
  memory.seen.add(mRID)
  if (!counted.has(mRID)) commands.push('set')
  counted.add(mRID)
  if (state.answering !== 'silent') await answer(state, control)
  else if (!held.some((other) => other.mRID === mRID)) held.push(control)
}

/** A cancellation of what it never knew is no matter of its. */
async function onEnded(state: State, control: Control, isRelease: boolean): Promise<void> {
  const { memory, commands, counted, held, answering } = state
  const { mRID, status } = control
  if (!memory.seen.has(mRID) || memory.cancelled.has(mRID) || memory.refused.has(mRID)) return
  const key = `${mRID} ended`
  if (isRelease && !counted.has(key)) commands.push('release')
  counted.add(key)
  if (answering !== 'silent') await answer(state, control)
  else if (!held.some((other) => other.mRID === mRID && other.status === status)) held.push(control)
}

const CODES = { accepts: 1, ignores: 1, rejects: 253, notSupported: 252, silent: 1 } as const

async function answer(state: State, control: Control): Promise<void> {
  const { memory, nowMs } = state
  const { mRID, status, startS } = control
  if (status >= 2) return answerEnd(state, control)
  memory.answered.add(mRID)
  if (state.answering === 'accepts') memory.accepted = [...memory.accepted, control]
  await respond(state, control, CODES[state.answering])
  if (state.answering !== 'accepts' || startS * 1000 > nowMs()) return
  await respond(state, control, 2)
}

async function answerEnd(state: State, control: Control): Promise<void> {
  const { memory } = state
  const { mRID, status } = control
  const isRefused = state.answering === 'rejects' || state.answering === 'notSupported'
  if (isRefused) memory.refused.add(mRID)
  else {
    memory.cancelled.add(mRID)
    memory.accepted = memory.accepted.filter((known) => known.mRID !== mRID)
  }
  await respond(state, control, isRefused ? 253 : status === 4 ? 7 : 6)
}

async function respond(state: State, { mRID, replyTo }: Control, status: number): Promise<void> {
  const { http, certificate, nowMs } = state
  await http?.post(replyTo, responseXml(certificate.lfdi, mRID, status, seconds(nowMs())))
}

/** Spaces and the order of elements are the client's own. */
async function report(state: State): Promise<Buffer> {
  const startS = Math.floor(state.nowMs() / 300_000) * 300 - 300
  const period = `<timePeriod> <start>${startS}</start><duration>300</duration></timePeriod>`
  const body = Buffer.from(
    `<MirrorMeterReading  xmlns="urn:ieee:std:2030.5:ns"><Reading><value>250</value>${period}</Reading> <mRID>${METER}</mRID></MirrorMeterReading>`,
  )
  const { status } = await httpOf(state).post(state.usagePoint, body)
  if (status !== 201) throw new Error(`report: ${status}`)
  return body
}
