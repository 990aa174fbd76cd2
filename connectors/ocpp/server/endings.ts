/** How connections of stations end: the code and reason of the close frame, which is also what the log is told. */

export const endings = {
  /** By the station, or the network. */
  station: { code: 1000, reason: 'the socket closed' },
  /** A second connection is the station's own: the first is most likely half-open. */
  replaced: { code: 4000, reason: 'replaced by a newer connection' },
  shutdown: { code: 1001, reason: 'going away' },
  unrecorded: { code: 1011, reason: 'the connection could not be recorded' },
  oversize: { code: 1009, reason: 'a frame was too long' },
  /** Against RFC 6455. */
  malformed: { code: 1002, reason: 'a frame was malformed' },
  /** The socket takes no farewell any more: it is cut. */
  silent: { code: 1006, reason: 'no pong' },
  slow: { code: 1006, reason: 'the station does not read' },
} as const

export type Ending = keyof typeof endings

/** What an error of the socket (by `ws`) makes of the connection. */
export function endingOf(error: Error & { code?: string }): Ending {
  if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 'oversize'
  return error.code?.startsWith('WS_ERR_') ? 'malformed' : 'station'
}
