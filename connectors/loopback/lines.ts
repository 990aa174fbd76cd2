/** Cuts what comes over a socket into lines, with a bound on their length. */
import type { Socket } from 'node:net'

export interface LinesOptions {
  readonly socket: Socket
  readonly maxBytes: number
  readonly onLine: (line: Buffer) => void
  /** The peer sent more than `maxBytes` without an end of line. */
  readonly onTooLong: () => void
}

const NEWLINE = 0x0a

export function readLines({ socket, maxBytes, onLine, onTooLong }: LinesOptions): void {
  let rest: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      onLine(rest.subarray(0, end))
      rest = rest.subarray(end + 1)
    }
    if (rest.length > maxBytes) onTooLong()
  })
}
