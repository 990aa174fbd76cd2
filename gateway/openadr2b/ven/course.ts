/** How far the talk with one VTN has come in this process, and what has to be done next; nothing here has to survive a restart. */

import type { LogPosition } from '../../../schemas/common.ts'
import type { EventAnswer, ReportAsked, UtilityOpt, UtilityReport } from '../../../schemas/utility.ts'
import type { Scope } from '../../reporting/data-points.ts'
import type { Trouble } from '../../retry/trouble.ts'
import type { VenMessage, VtnMessage } from '../messages.ts'
import type { Service } from '../service.ts'

/** An event as the newest oadrDistributeEvent carried it, as far as the answer needs it. */
export interface CarriedEvent {
  readonly theirEventId: string
  readonly modificationNumber: number
  readonly cancelled: boolean
  /** When this modification was first carried, epoch ms UTC. */
  readonly sinceMs: number
}

/** Events that want an answer, from the newest oadrDistributeEvent. */
export interface Carried {
  readonly requestId: string
  readonly events: readonly CarriedEvent[]
}

/** A message that the VTN is owed, in answer to one of its own. */
export interface Owed {
  readonly service: Service
  readonly message: VenMessage
}

export type Answer = Omit<EventAnswer, 'vtnCode'>

/** The next thing to do. Times are Drover's, epoch ms UTC. */
export type Move =
  | { readonly kind: 'reply'; readonly owed: Owed }
  | { readonly kind: 'query' }
  | { readonly kind: 'register' }
  | { readonly kind: 'offer'; readonly scopes: readonly Scope[]; readonly metadataFor: string | undefined }
  | { readonly kind: 'sync' }
  | { readonly kind: 'answer'; readonly requestId: string; readonly answers: readonly Answer[] }
  | { readonly kind: 'report'; readonly report: UtilityReport; readonly request: ReportAsked }
  | { readonly kind: 'discard'; readonly report: UtilityReport }
  | { readonly kind: 'opt'; readonly opt: UtilityOpt }
  | { readonly kind: 'poll' }
  | { readonly kind: 'leave'; readonly registrationId: string }
  | { readonly kind: 'wait'; readonly untilMs: number }
  /** Not ours: the VTN took the word. */
  | { readonly kind: 'pushed' }

export type Talk = Exclude<Move['kind'], 'wait' | 'discard' | 'pushed'>

export interface Course {
  readonly queried: boolean
  readonly registered: boolean
  /** The VTN, or an operator, ended the registration: nothing more is said. */
  readonly left: boolean
  readonly leaving: boolean
  /** Programs and resources of the last offer that the VTN took; undefined = an offer is due. */
  readonly offered: string | undefined
  /** reportRequestID of the METADATA request that the next offer answers. */
  readonly metadataFor: string | undefined
  readonly synced: boolean
  readonly owed: readonly Owed[]
  readonly carried: Carried | undefined
  /** Poll frequency that the VTN asked for, seconds; 0 = none. */
  readonly pollS: number
  readonly nextPollMs: number
  readonly trouble: Readonly<Partial<Record<Talk, Trouble>>>
}

export const freshCourse: Course = {
  queried: false,
  registered: false,
  left: false,
  leaving: false,
  offered: undefined,
  metadataFor: undefined,
  synced: false,
  owed: [],
  carried: undefined,
  pollS: 0,
  nextPollMs: 0,
  trouble: {},
}

/** All times in Drover's ms. */
export interface Timing {
  /** True: the VTN pushes, and is not polled. */
  readonly push: boolean
  /** undefined = as the VTN asks. */
  readonly pollMs: number | undefined
  /** No two polls are closer than this. */
  readonly leastPollMs: number
  /** True: poll again at once while the VTN has something to say. */
  readonly drain: boolean
  /** How long the interpreter may take before other events of the same message are answered without waiting for it. */
  readonly patienceMs: number
  readonly firstBackoffMs: number
  readonly capBackoffMs: number
}

/** What came back. `signal` says where it was recorded. */
export type Heard = { readonly kind: 'message'; readonly message: VtnMessage; readonly signal: LogPosition } | Fault

export interface Fault {
  readonly kind: 'fault'
  readonly detail: string
  readonly signal: LogPosition | undefined
  /** HTTP status, where there was an answer. */
  readonly status?: number
  /** True: HTTP says that it was taken, and there is no message; enough for a reply of ours. */
  readonly empty?: boolean
  /** How long the VTN wants to be left alone, Drover's ms. */
  readonly retryAfterMs?: number
}
