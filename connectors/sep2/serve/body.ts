/** Reads the body of a request, with a bound on its size. */
import type { IncomingMessage } from 'node:http'
import { Refusal } from '../refusal.ts'
import { SEP_XML } from '../xml/write.ts'

/** Throws a Refusal with 413 or 415. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity', 'content-length': length = '0' } = request.headers
  if (mediaTypeOf(type) !== SEP_XML) throw new Refusal(`send ${SEP_XML}, not '${type.slice(0, 100)}'`, { status: 415 })
  if (encoding !== 'identity') throw new Refusal('send it without an encoding', { status: 415 })
  if (Number(length) > maxBytes) throw tooLarge(maxBytes)
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const tooLarge = (maxBytes: number): Refusal =>
  new Refusal(`a body has at most ${maxBytes} bytes`, { status: 413, reason: 'limitReached', headers: { connection: 'close' } })

const mediaTypeOf = (type: string): string => type.split(';')[0]?.trim().toLowerCase() ?? ''

/** Whether a client that accepts these takes ours. */
export function accepts(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === '') return true
  return accept
    .split(',')
    .some((range) => ['*/*', 'application/*', SEP_XML].includes(mediaTypeOf(range)) && !/;\s*q=0(\.0*)?\s*$/.test(range))
}
