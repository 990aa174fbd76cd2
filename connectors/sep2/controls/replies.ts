/** What clients said of controls in their Responses, and what each code means (IEEE 2030.5, Table 27). */

export interface Reply {
  readonly status: number
  /** When it came, epoch ms UTC. */
  readonly atMs: number
}

export const RECEIVED = 1
export const STARTED = 2
export const COMPLETED = 3
export const OPTED_OUT = 4
export const PARTLY_OPTED_OUT = 8
export const PARTLY_OPTED_IN = 9
const CANCELLED = 6
const SUPERSEDED = 7
const NOT_APPLICABLE = 252

export const replyNames: Readonly<Record<number, string>> = {
  1: 'event received',
  2: 'event started',
  3: 'event completed',
  4: 'user opted out',
  5: 'user opted in',
  6: 'event cancelled',
  7: 'event superseded',
  8: 'partly completed, user opted out',
  9: 'partly completed, user opted in',
  10: 'completed without participation',
  11: 'user acknowledged',
  12: 'cannot be displayed',
  13: 'aborted for an event of another server',
  14: 'aborted for an event of another program',
  252: 'rejected: a parameter is not applicable',
  253: 'rejected: not valid',
  254: 'rejected: received late',
}

const REFUSALS: ReadonlySet<number> = new Set([10, 13, 14, 252, 253, 254])
const REJECTIONS: ReadonlySet<number> = new Set([252, 253, 254])
const ENDS: ReadonlySet<number> = new Set([COMPLETED, OPTED_OUT, CANCELLED, SUPERSEDED, PARTLY_OPTED_OUT, PARTLY_OPTED_IN, 10, 13, 14])

/** The client will not follow the control. */
export const isRefusal = ({ status }: Reply): boolean => REFUSALS.has(status)
export const isRejection = ({ status }: Reply): boolean => REJECTIONS.has(status)
/** The client has dropped a control that still holds. */
export const isDropped = ({ status }: Reply): boolean => status === CANCELLED || status === SUPERSEDED
/** The client has done with the control. */
export const isEnd = ({ status }: Reply): boolean => ENDS.has(status)
/** The client says that it follows, or followed, the control. */
export const isFollowed = ({ status }: Reply): boolean => status === STARTED || status === COMPLETED || status === PARTLY_OPTED_IN
export const isOptOut = (status: number): boolean => status === OPTED_OUT || status === PARTLY_OPTED_OUT
export const isNotApplicable = ({ status }: Reply): boolean => status === NOT_APPLICABLE

export const describe = (status: number): string => `Response ${status} (${replyNames[status] ?? 'not known'})`
