/** How far the talk with one VTN has come in this process, and what can be done next; nothing here has to survive a restart. */

import type { UtilityReport } from '../../../schemas/utility.ts'
import type { Trouble } from '../../retry/trouble.ts'
import type { Shown } from '../decode.ts'
import type { Part } from '../snapshot.ts'
import type { PartyChange } from './party.ts'

/** The next thing to do. Times are Drover's, epoch ms UTC. */
export type Move =
  /** `whole`: programs, our VEN and its resources are read again, too. */
  | { readonly kind: 'poll'; readonly whole: boolean }
  | { readonly kind: 'report'; readonly report: UtilityReport }
  | { readonly kind: 'party'; readonly changes: readonly PartyChange[] }
  | { readonly kind: 'subscribe'; readonly programIDs: readonly string[] }
  | { readonly kind: 'hear'; readonly programIDs: readonly string[] }
  | { readonly kind: 'wait'; readonly untilMs: number }

export type Talk = Exclude<Move['kind'], 'wait'>

/** The newest answers of the VTN, page by page. */
export interface Pages {
  readonly programs: readonly Part[]
  readonly vens: readonly Part[]
  readonly resources: readonly Part[]
  readonly events: readonly Part[]
}

/** What was recorded last, by hash, and when. */
export interface Recorded {
  readonly hash: string
  readonly atMs: number
}

export interface Course {
  readonly pages: Pages | undefined
  readonly shown: Shown | undefined
  /** Hash of the poll that `shown` was read from. */
  readonly shownHash: string | undefined
  readonly recorded: Recorded | undefined
  /** Hash of the last answer that could not be used, so that the same one is recorded once. */
  readonly oddHash: string | undefined
  /** False: the VTN refused the parameter `active`. */
  readonly asksActive: boolean
  /** What our VEN and its resources lacked at the last poll. */
  readonly party: readonly PartyChange[]
  /** Changes that the VTN took last, as JSON. */
  readonly partyMade: string | undefined
  /** Programs for which we are subscribed, by programID; undefined = not looked yet. */
  readonly subscribed: string | undefined
  /** Programs and VEN for which we listen to the VTN's broker; undefined = not asked yet. */
  readonly heard: string | undefined
  readonly polledMs: number
  readonly nextPollMs: number
  readonly nextWholeMs: number
  readonly trouble: Readonly<Partial<Record<Talk, Trouble>>>
}

export const freshCourse: Course = {
  pages: undefined,
  shown: undefined,
  shownHash: undefined,
  recorded: undefined,
  oddHash: undefined,
  asksActive: true,
  party: [],
  partyMade: undefined,
  subscribed: undefined,
  heard: undefined,
  polledMs: 0,
  nextPollMs: 0,
  nextWholeMs: 0,
  trouble: {},
}

/** All times in Drover's ms. */
export interface Timing {
  readonly pollMs: number
  /** Programs, VEN and resources change seldom, and are read again this often. */
  readonly wholeMs: number
  /** However many hints come, no two polls are closer than this. */
  readonly leastPollMs: number
  readonly firstBackoffMs: number
  readonly capBackoffMs: number
}
