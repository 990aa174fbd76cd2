/** Makes a request of REST from the parts that it is about. */
import type { UtilityRequest } from '../../schemas/utility.ts'

/** What a request says when nobody says anything. */
export const unasked = {
  intervals: [],
  targets: [],
  test: 'none',
  priority: 0,
  targetW: null,
  openEnded: false,
  hold: null,
  reason: '',
  eventId: '',
  revision: 0,
} as const

type Asked = Pick<UtilityRequest, 'requestId' | 'bodyHash' | 'requester' | 'action' | 'programId' | 'theirEventId' | 'modificationNumber'>

export const makeRequest = (asked: Asked & Partial<UtilityRequest>): UtilityRequest => ({ ...unasked, ...asked })
