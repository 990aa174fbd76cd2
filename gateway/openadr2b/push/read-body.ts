/** Reads a request's body up to a bound. */
import type { IncomingMessage } from 'node:http'

/** `whole` is false where the body is longer than the bound; then it holds the beginning, and the rest is left unread. */
export interface ReadBody {
  readonly bytes: Buffer
  readonly whole: boolean
}

/** Rejects when the peer breaks off. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<ReadBody> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const onData = (chunk: Buffer): void => {
      length += chunk.length
      chunks.push(chunk)
      if (length <= maxBytes) return
      request.off('data', onData).pause()
      resolve({ bytes: Buffer.concat(chunks).subarray(0, maxBytes), whole: false })
    }
    request.on('data', onData)
    request.on('end', () => resolve({ bytes: Buffer.concat(chunks), whole: true }))
    request.on('error', reject)
    request.on('close', () => reject(new Error('the peer broke off')))
  })
}
