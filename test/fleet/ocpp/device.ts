/** One charger of the fleet with its socket: connects, goes away and comes back, and misbehaves as drawn. */

import type { FleetOptions } from '../fleet.ts'
import { chance, draw } from '../hash.ts'
import { DAY_MS, HOUR_MS } from '../load-model.ts'
import type { FleetStats } from '../stats.ts'
import type { Ticks } from '../ticks.ts'
import { type DeviceTraits, traitsOf } from '../traits.ts'
import { type Charger, createCharger } from './charger.ts'
import { createLink, type Link } from './link.ts'
import type { Message } from './words.ts'

export type Device = {
  charger: Charger
  /** Overrules the presence it was drawn with. */
  setOnline(online: boolean): void
  /** Called on every scan: keeps the connection as it should be and sends what is due. */
  onScan(nowMs: number): void
  /** Drops the socket without a farewell. */
  drop(): void
  isIdle(): boolean
}

type State = {
  options: FleetOptions
  charger: Charger
  link: Link
  stats: FleetStats
  forced: boolean | undefined
  booted: boolean
  connecting: boolean
  retryMs: number
  failures: number
}

const AWAY_EVERY_MS = 3 * HOUR_MS
const AWAY_MS = HOUR_MS / 2
const DROPPED = 0.2
const DOUBLED = 0.3

export function createDevice(options: FleetOptions, id: string, startMs: number, stats: FleetStats, ticks: Ticks): Device {
  const { seed, mix = {}, password, alignedIntervalS = 900, url } = options
  const traits = traitsOf(seed, id, mix)
  const spreadMs = draw(0, Math.min(alignedIntervalS * 100, 60_000), seed, id, 'spread')
  const originMs = Math.floor(startMs / DAY_MS) * DAY_MS
  const charger = createCharger({ seed, traits, originMs, startMs, alignedIntervalS, spreadMs })
  const link = createLink({
    url: () => (typeof url === 'string' ? url : url(id)),
    subprotocol: charger.subprotocol,
    id,
    password: typeof password === 'string' ? password : password(id),
    ticks,
    onCall: (action, payload) => onCall(state, ticks, action, payload),
    onOpen: () => onOpen(state),
    onClosed: () => onClosed(state),
    onAnswered: () => {
      stats.answered += 1
    },
    onReplySent: () => {
      stats.replies += 1
      stats.lastReplyMs = performance.now()
    },
    onCallError: () => {
      stats.callErrors += 1
    },
  })
  const state: State = { options, charger, link, stats, forced: undefined, booted: false, connecting: false, retryMs: 0, failures: 0 }
  return {
    charger,
    setOnline(online) {
      state.forced = online
      state.retryMs = 0
    },
    onScan(nowMs) {
      keepConnection(state, nowMs)
      for (const message of charger.due(nowMs)) send(state, message)
    },
    drop: link.drop,
    isIdle: link.isIdle,
  }
}

function keepConnection(state: State, nowMs: number): void {
  const { charger, link, stats, options } = state
  const wanted = state.forced ?? isPresent(charger.traits, options.seed, nowMs)
  if (!wanted && link.isOpen()) link.close()
  if (!wanted || !link.isIdle() || stats.connecting >= (options.maxConnecting ?? 200) || performance.now() < state.retryMs) return
  state.connecting = true
  stats.connecting += 1
  link.open()
}

/** Those that come and go are away for half an hour out of each three. */
export function isPresent({ presence, id }: Pick<DeviceTraits, 'presence' | 'id'>, seed: number, nowMs: number): boolean {
  if (presence !== 'returns') return presence === 'online'
  const turn = Math.floor(nowMs / AWAY_EVERY_MS)
  const awayMs = turn * AWAY_EVERY_MS + Math.floor(chance(seed, id, turn, 'away') * (AWAY_EVERY_MS - AWAY_MS))
  return nowMs < awayMs || nowMs >= awayMs + AWAY_MS
}

function send({ charger: { traits }, link, stats, options, forced }: State, { action, payload }: Message): void {
  if (traits.presence === 'absent' && forced !== true) return
  if (!isMetering(action, payload)) {
    link.send(action, withLateness(action, payload, link))
    return
  }
  stats.meterValues += 1
  const part = chance(options.seed, traits.id, JSON.stringify(payload))
  if (traits.drops && part < DROPPED) {
    stats.dropped += 1
    return
  }
  const sent = withLateness(action, payload, link)
  link.send(action, sent)
  if (!traits.doubles || part >= DOUBLED) return
  stats.doubled += 1
  link.send(action, sent)
}

/** What may be lost or come twice; the begin and end of a transaction are kept until they are answered. */
const isMetering = (action: string, payload: object): boolean =>
  action === 'MeterValues' || (action === 'TransactionEvent' && 'meterValue' in payload && Reflect.get(payload, 'eventType') === 'Updated')

/** Of a transaction that went on while the charger was away, 2.0.1 says so. */
const withLateness = (action: string, payload: object, link: Link): object =>
  action === 'TransactionEvent' && !link.isOpen() ? { ...payload, offline: true } : payload

function onCall(
  state: State,
  ticks: Ticks,
  action: string,
  payload: Record<string, unknown>,
): ReturnType<Parameters<typeof createLink>[0]['onCall']> {
  const { charger, stats, options } = state
  const { clock, answerMs = 100, lateAnswerMs = 8_000 } = options
  stats.calls += 1
  const { reply, after } = charger.onCall(action, payload, clock.nowMs())
  const delayMs = charger.traits.answering === 'late' ? lateAnswerMs : answerMs
  ticks.after(delayMs, () => {
    for (const message of after) send(state, message)
  })
  return { reply, delayMs }
}

function onOpen(state: State): void {
  state.stats.connected += 1
  settleConnecting(state)
  state.failures = 0
  if (state.booted) return
  state.booted = true
  for (const { action, payload } of state.charger.boot()) state.link.send(action, payload)
}

function onClosed(state: State): void {
  const { stats, charger, options } = state
  if (state.connecting) state.failures += 1
  else stats.connected -= 1
  settleConnecting(state)
  // RetryBackOff: doubling from a second to half a minute, spread by chance.
  const backoffMs = Math.min(500 * 2 ** Math.min(state.failures, 6), 30_000)
  state.retryMs = performance.now() + backoffMs * (0.5 + chance(options.seed, charger.traits.id, state.failures, 'backoff'))
}

function settleConnecting(state: State): void {
  if (state.connecting) state.stats.connecting -= 1
  state.connecting = false
}
