/** What a protocol says of events, before Drover knows whether it makes sense: the seam between gateways and the interpreter. */
import type { TestKind } from '../../schemas/common.ts'
import type { EventInterval, EventTarget, UtilitySignal } from '../../schemas/utility.ts'

/** What an event asks for, as one of its payload types says it. */
export interface ClaimReading {
  readonly intervals: readonly EventInterval[]
  readonly targetW: number | null
}

/** One event as its sender describes it; times already in epoch ms UTC. */
export interface EventClaim {
  readonly theirEventId: string
  /** The program by our id, or by the VTN's marketContext or programName. */
  readonly program: { readonly programId: string } | { readonly marketContext: string }
  readonly modificationNumber: number
  readonly cancelled: boolean
  readonly intervals: readonly EventInterval[]
  /** Other readings of the same event, by another of its payload types; the first whose levels the program's terms name is taken. */
  readonly otherwise?: readonly ClaimReading[]
  readonly openEnded: boolean
  readonly targets: readonly EventTarget[]
  /** True: a test, of the kind that the program's terms say; a kind by name stands as it is. */
  readonly test: boolean | TestKind
  /** 1 = most urgent; 0 = none given. */
  readonly priority: number
  readonly randomizeStartS: number
  readonly targetW: number | null
  /** What the protocol's own rules forbid about this event; it is refused with these words. */
  readonly fault: string | null
}

/** What one signal says. */
export type Understanding =
  /** `complete`: the list names every event in force, so a known one that is missing is cancelled (2.0b oadrDistributeEvent; 3.x whole poll). */
  | { readonly kind: 'events'; readonly complete: boolean; readonly claims: readonly EventClaim[] }
  | { readonly kind: 'registered'; readonly venId: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unreadable'; readonly place: string; readonly detail: string }

/** Reads the signals of one protocol; pure, so that an old signal can be understood again with newer code. */
export type SignalReader = (signal: UtilitySignal) => Understanding
