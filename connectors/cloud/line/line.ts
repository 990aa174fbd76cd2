/** The way to one vendor with one credential: identified, within its quotas, and not at all while the vendor is down or asks us to wait. */
import type { Clock } from '../../../processors/runtime/clock.ts'
import type { CloudAdapter } from '../adapter.ts'
import type { CredentialFolder } from '../credentials/files.ts'
import { createTokens, type Identified, TokenRefusedError, type Tokens } from '../credentials/tokens.ts'
import type { CloudDeclaration } from '../declaration.ts'
import type { CloudInstruments } from '../instruments.ts'
import { type Allowance, createAllowance, type Purpose } from './allowance.ts'
import { type Breaker, called, closedBreaker, failed, isOpen, passAtMs, succeeded, undecided } from './breaker.ts'
import type { Reply, VendorCall } from './call.ts'
import { type ExchangeLimits, exchange, UnreachedError } from './exchange.ts'
import { judgeAnswer } from './judge-answer.ts'
import { notThrottled, type Throttle, throttled } from './throttle.ts'

export interface Line {
  /** Why nothing may be sent before when, Drover's time; `atMs` = now: it may; Infinity: when a call that is under way has come back. */
  roomAt(purpose: Purpose, sites?: readonly string[]): { readonly atMs: number; readonly why: string }
  /** When so many calls for this purpose will have been made at best, epoch ms UTC. */
  doneAtMs(purpose: Purpose, calls: number): number
  /** Takes the room for one call at once, so that nobody else does while the call is prepared. */
  reserve(purpose: Purpose, sites?: readonly string[]): Passage
  /** Calls that were made before this line was opened. */
  note(atMs: number, calls: number): void
}

/** Room for one call. */
export interface Passage {
  /** Once. */
  send(call: VendorCall): Promise<Reply>
  /** The call is not made; nothing happens where it was. */
  giveBack(): void
}

export interface LineOptions {
  readonly name: string
  readonly adapter: CloudAdapter
  readonly declaration: CloudDeclaration
  readonly folder: CredentialFolder
  readonly clock: Clock
  readonly limits: ExchangeLimits
  readonly instruments: CloudInstruments
  /** The part of the quota that is this node's, 0 to 1. */
  readonly share: () => number
  /** Called whenever a call has come back. */
  readonly onFree: () => void
}

interface State {
  readonly options: LineOptions
  readonly allowance: Allowance
  readonly tokens: Tokens
  breaker: Breaker
  throttle: Throttle
  underWay: number
}

export function openLine(options: LineOptions): Line {
  const { name, folder, clock, declaration, limits, share } = options
  const state: State = {
    options,
    allowance: createAllowance(declaration, share),
    tokens: createTokens({ name, folder, clock, timeoutMs: limits.timeoutMs }),
    breaker: closedBreaker,
    throttle: notThrottled,
    underWay: 0,
  }
  return {
    roomAt: (purpose, sites) => roomAt(state, purpose, sites),
    doneAtMs(purpose, calls) {
      const nowMs = clock.nowMs()
      const { breaker, throttle } = state
      return Math.max(breaker.openUntilMs, throttle.untilMs, state.allowance.doneAtMs(purpose, calls, nowMs))
    },
    reserve: (purpose, sites = []) => reserve(state, { purpose, sites, atMs: clock.nowMs() }),
    note: (atMs, calls) => state.allowance.note(atMs, [], calls),
  }
}

function roomAt({ options, breaker, throttle, allowance, underWay }: State, purpose: Purpose, sites?: readonly string[]) {
  const nowMs = options.clock.nowMs()
  const concurrency = Math.max(1, Math.floor(options.declaration.concurrency * options.share()))
  const gates = [
    { atMs: underWay < concurrency ? nowMs : Number.POSITIVE_INFINITY, why: 'calls are under way' },
    { atMs: allowance.roomAtMs(purpose, nowMs, sites), why: 'its quota is used up' },
    { atMs: throttle.untilMs, why: 'the vendor asks us to wait' },
    { atMs: passAtMs(breaker, nowMs), why: 'the vendor does not answer' },
  ]
  return gates.reduce((latest, gate) => (gate.atMs > latest.atMs ? gate : latest), { atMs: nowMs, why: '' })
}

interface About {
  readonly purpose: Purpose
  readonly sites: readonly string[]
  /** When the room was taken, epoch ms UTC. */
  readonly atMs: number
}

function reserve(state: State, about: About): Passage {
  const { sites, atMs } = about
  let isOpen = true
  state.underWay += 1
  state.breaker = called(state.breaker)
  state.allowance.note(atMs, sites)

  function leave(): void {
    isOpen = false
    state.underWay -= 1
    state.options.onFree()
  }

  return {
    async send(call) {
      try {
        const reply = await identifiedSend(state, call, about)
        learn(state, reply, about)
        return reply
      } finally {
        leave()
      }
    },
    giveBack() {
      if (!isOpen) return
      state.breaker = undecided(state.breaker)
      state.allowance.note(atMs, sites, -1)
      leave()
    },
  }
}

/** A token that the vendor does not take any more is renewed once. */
async function identifiedSend(state: State, call: VendorCall, about: About): Promise<Reply> {
  const first = await sendOnce(state, call)
  if (first.reply.kind !== 'unauthorised' || first.token === undefined) return first.reply
  state.tokens.forget(first.token)
  state.allowance.note(state.options.clock.nowMs(), about.sites)
  return (await sendOnce(state, call)).reply
}

interface Sent {
  readonly reply: Reply
  readonly token: string | undefined
}

async function sendOnce(state: State, call: VendorCall): Promise<Sent> {
  const { adapter, clock, limits } = state.options
  let identified: Identified
  try {
    identified = await state.tokens.identify()
  } catch (error) {
    const kind = error instanceof TokenRefusedError ? 'unauthorised' : 'unreached'
    return { reply: { kind, detail: wordsOf(error) }, token: undefined }
  }
  const { credential, token } = identified
  try {
    const answer = await exchange(credential.baseUrl, call, adapter.identify(credential, token), limits)
    return { reply: judgeAnswer(answer, clock.nowMs(), (json) => adapter.readRefusal?.(json)), token }
  } catch (error) {
    return { reply: { kind: error instanceof UnreachedError ? 'unreached' : 'unknown', detail: wordsOf(error) }, token }
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function learn(state: State, reply: Reply, { purpose }: About): void {
  const { options, breaker, throttle } = state
  const { clock, name, instruments, adapter } = options
  const nowMs = clock.nowMs()
  instruments.called(adapter.vendor, purpose, reply.kind)
  switch (reply.kind) {
    case 'answered':
    case 'refused':
      state.breaker = succeeded(breaker)
      state.throttle = notThrottled
      break
    case 'throttled':
      state.breaker = undecided(breaker)
      state.throttle = throttled(throttle, reply.waitMs, nowMs)
      break
    case 'unauthorised':
      state.breaker = failed(breaker, nowMs, { name, isFinal: true })
      break
    case 'unreached':
    case 'unknown':
      state.breaker = failed(breaker, nowMs, { name, isFinal: false })
  }
  instruments.open(name, isOpen(state.breaker))
}
