/** One client of the fleet: polls as often as it is asked to, follows what it took, tells its meter, and misbehaves as drawn. */
import { createHttpClient, type HttpClient } from '../../connectors/sep2/http-client.ts'
import { chance } from '../hash.ts'
import { isPresent } from '../ocpp/device.ts'
import { responseXml, statusXml } from './documents.ts'
import { type FleetOptions, MAX_VISITING } from './fleet.ts'
import { createJournal, type Journal } from './journal.ts'
import { createMemory, type HeldControl, type Memory, type Reply } from './memory.ts'
import { createMeter, type Meter } from './meter.ts'
import { createRegisters } from './registers.ts'
import type { FleetStats } from './stats.ts'
import { type Traits, traitsOf } from './traits.ts'
import { discover, type Found, put, readControls, tell, UnexpectedStatus } from './visit.ts'

export interface Device {
  readonly traits: Traits
  readonly meter: Meter
  readonly journal: Journal
  /** When its meter is replaced; undefined = never. */
  readonly resetMs: number | undefined
  /** The controls that it means to follow, those to come included. */
  held(): readonly HeldControl[]
  /** What it has told of controls, as the server took it. */
  said(): readonly Reply[]
  setOnline(online: boolean): void
  /** Whether it has found its way about the server. */
  isConnected(): boolean
  /** Called on every scan: begins what is due. */
  onScan(nowMs: number): void
  /** Breaks its connection; resolves when nothing is under way. */
  drop(): Promise<void>
}

interface State {
  readonly options: FleetOptions
  readonly traits: Traits
  readonly meter: Meter
  readonly memory: Memory
  readonly journal: Journal
  readonly stats: FleetStats
  /** Not taken by the server yet: told again at the next visit. */
  readonly replies: Reply[]
  readonly said: Reply[]
  forced: boolean | undefined
  http: HttpClient | undefined
  lfdi: string
  found: Found | undefined
  nextMs: number
  heldText: string
  visit: Promise<void> | undefined
}

const DOUBLED = 0.3
/** Of simulated time. */
const RETRY_MS = 60_000

export function createDevice(options: FleetOptions, id: string, startMs: number, stats: FleetStats): Device {
  const { seed, mix = {}, postS = 300 } = options
  const traits = traitsOf(seed, id, mix)
  const meter = createMeter(seed, traits, startMs)
  const registers = createRegisters(seed, traits, meter, startMs)
  const offMs = traits.clockOffS * 1000
  const state: State = {
    options,
    traits,
    meter,
    memory: createMemory(traits.answering),
    journal: createJournal(traits, (ownMs) => registers.at(ownMs - offMs), startMs + offMs, postS * 1000),
    stats,
    replies: [],
    said: [],
    forced: undefined,
    http: undefined,
    lfdi: '',
    found: undefined,
    nextMs: 0,
    heldText: '[]',
    visit: undefined,
  }
  return {
    traits,
    meter,
    journal: state.journal,
    resetMs: registers.resetMs,
    held: state.memory.held,
    said: () => state.said,
    setOnline(online) {
      state.forced = online
      state.nextMs = 0
    },
    isConnected: () => state.found !== undefined,
    onScan: (nowMs) => onScan(state, nowMs),
    async drop() {
      close(state)
      await state.visit
    },
  }
}

function onScan(state: State, nowMs: number): void {
  const { traits, options, stats } = state
  const isThere = state.forced ?? isPresent(traits, options.seed, nowMs)
  if (!isThere) close(state)
  if (!isThere || state.visit || nowMs < state.nextMs || stats.visiting >= (options.maxVisiting ?? MAX_VISITING)) return
  stats.visiting += 1
  state.visit = visit(state, nowMs)
    .catch((error: unknown) => {
      stats.failed += 1
      stats.lastFault = String(error)
      state.found = undefined
      state.nextMs = options.clock.nowMs() + RETRY_MS
    })
    .finally(() => {
      stats.visiting -= 1
      state.visit = undefined
    })
}

async function visit(state: State, nowMs: number): Promise<void> {
  const { memory, stats } = state
  const http = await open(state)
  state.found ??= await discover(http, state.lfdi, state.traits)
  const { controls, pollRateS } = await readControls(http, state.found)
  const nowS = Math.floor(ownMs(state) / 1000)
  state.replies.push(...memory.onList(controls), ...memory.onTime(nowS))
  follow(state)
  await tellReplies(state, http, nowS)
  await tellMeter(state, http, state.found.usagePoint)
  if (state.traits.kind === 'battery' && state.found.status)
    await put(http, state.found.status, statusXml(nowS, 5_000, state.meter.powerW(nowMs) > 0))
  stats.visits += 1
  const boundaryS = memory.nextS(nowS) ?? Number.POSITIVE_INFINITY
  state.nextMs = Math.min(nowMs + pollRateS * 1000, (boundaryS - state.traits.clockOffS) * 1000)
}

/** By its own clock. */
const ownMs = ({ options, traits }: State): number => options.clock.nowMs() + traits.clockOffS * 1000

async function open(state: State): Promise<HttpClient> {
  const { options, traits } = state
  const certificate = await options.certificateOf(traits.id)
  state.lfdi = certificate.lfdi
  state.http ??= createHttpClient(options.url, certificate, options.ca)
  return state.http
}

function close(state: State): void {
  state.http?.close()
  state.http = undefined
  state.found = undefined
}

/** A change of what it holds is a change of its meter, at that moment. */
function follow(state: State): void {
  const held = state.memory.held()
  const text = JSON.stringify(held)
  if (text === state.heldText) return
  state.heldText = text
  const offMs = state.traits.clockOffS * 1000
  const followed = held.map((one) => ({ ...one, startMs: one.startMs - offMs, endMs: one.endMs - offMs }))
  state.meter.change(state.options.clock.nowMs(), followed)
}

/** Said again it would be refused again. */
const isRefusal = (error: unknown): boolean => error instanceof UnexpectedStatus && error.status === 400

async function tellReplies({ lfdi, replies, said, stats }: State, http: HttpClient, nowS: number): Promise<void> {
  for (let [reply] = replies; reply; [reply] = replies) {
    await tell(http, reply.replyTo, responseXml(lfdi, reply.mRID, reply.status, nowS)).catch((error: unknown) => {
      if (isRefusal(error)) replies.shift()
      throw error
    })
    replies.shift()
    said.push(reply)
    stats.responses += 1
  }
}

async function tellMeter(state: State, http: HttpClient, usagePoint: string): Promise<void> {
  const { options, traits, journal, stats } = state
  for (;;) {
    const due = journal.due(ownMs(state))
    if (!due) return
    for (const body of due.bodies) await post(body)
    journal.onTaken(due.untilMs)
  }

  async function post(body: string): Promise<void> {
    await tell(http, usagePoint, body)
    stats.meterReadings += 1
    if (!traits.doubles || chance(options.seed, traits.id, body) >= DOUBLED) return
    await tell(http, usagePoint, body)
    stats.doubled += 1
  }
}
