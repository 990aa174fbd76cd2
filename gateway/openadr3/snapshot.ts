/** Keeps the answers of one poll together as one body: every byte of each, under the path that it answered (RFC 2046 multipart/mixed). */
import { gunzipSync, gzipSync } from 'node:zlib'
import { sha256Hex } from '../../topics/ids.ts'
import { WireFault } from './wire-fault.ts'

/** One answer, for example to `events?programID=7&skip=0&limit=50`. */
export interface Part {
  readonly path: string
  readonly contentType: string
  readonly body: Uint8Array
}

export interface Packed {
  readonly contentType: string
  readonly body: Buffer
}

/** Larger polls are kept compressed. */
const PLAIN_BYTES = 4 * 1024 * 1024
const UNPACKED_BYTES = 128 * 1024 * 1024

const head = (boundary: string, { path, contentType, body }: Part): string =>
  `--${boundary}\r\nContent-Location: ${path}\r\nContent-Type: ${contentType}\r\nContent-Length: ${body.length}\r\n\r\n`

/** Equal parts give equal bytes. */
export function packSnapshot(parts: readonly Part[]): Packed {
  const boundary = `poll-${sha256Hex(Buffer.concat(parts.map(({ body }) => body))).slice(0, 32)}`
  const pieces = parts.flatMap((part) => [Buffer.from(head(boundary, part)), part.body, Buffer.from('\r\n')])
  const body = Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)])
  const contentType = `multipart/mixed; boundary=${boundary}`
  if (body.length <= PLAIN_BYTES) return { contentType, body }
  return { contentType: `${contentType}; encoding=gzip`, body: gzipSync(body) }
}

export const isSnapshot = (contentType: string): boolean => contentType.startsWith('multipart/mixed; boundary=poll-')

function headOf(text: string, boundary: string): Omit<Part, 'body'> & { readonly length: number } {
  const match = /^--(\S+)\r\nContent-Location: (.*)\r\nContent-Type: (.*)\r\nContent-Length: (\d+)$/.exec(text)
  if (!match || match[1] !== boundary) throw new WireFault('snapshot', 'a part has no sound head')
  return { path: match[2] ?? '', contentType: match[3] ?? '', length: Number(match[4]) }
}

/** The parts in their order. Throws a WireFault where the body is damaged. */
export function unpackSnapshot({
  contentType,
  body: packed,
}: {
  readonly contentType: string
  readonly body: Uint8Array
}): readonly Part[] {
  const boundary = /boundary=([^;\s]+)/.exec(contentType)?.[1] ?? ''
  const body = contentType.endsWith('encoding=gzip') ? gunzipSync(packed, { maxOutputLength: UNPACKED_BYTES }) : Buffer.from(packed)
  const parts: Part[] = []
  for (let at = 0; !body.subarray(at).equals(Buffer.from(`--${boundary}--\r\n`)); ) {
    const endOfHead = body.indexOf('\r\n\r\n', at)
    if (endOfHead < 0) throw new WireFault('snapshot', 'ends in the head of a part')
    const { length, ...part } = headOf(body.toString('latin1', at, endOfHead), boundary)
    const from = endOfHead + 4
    parts.push({ ...part, body: body.subarray(from, from + length) })
    at = from + length + 2
    if (at > body.length) throw new WireFault('snapshot', 'ends in the body of a part')
  }
  return parts
}
