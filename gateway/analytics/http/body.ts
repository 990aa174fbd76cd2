/** Takes the body of a request, unpacked and within a bound. */
import { createWriteStream } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { Transform, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { malformed, tooLarge } from './fault.ts'

function bounded(maxBytes: number): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > maxBytes) done(tooLarge(`the body has more than ${maxBytes} bytes`))
      else done(null, chunk)
    },
  })
}

function stages(request: IncomingMessage, maxBytes: number): readonly Transform[] {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding === 'gzip') return [createGunzip(), bounded(maxBytes)]
  if (encoding === 'identity') return [bounded(maxBytes)]
  throw malformed(`Content-Encoding ${encoding}: send gzip or nothing`)
}

export async function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  const target = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk)
      done()
    },
  })
  await pipeline([request, ...stages(request, maxBytes), target])
  return Buffer.concat(chunks).toString('utf8')
}

/** Resolves with the number of bytes. */
export async function readIntoFile(request: IncomingMessage, file: string, maxBytes: number): Promise<number> {
  const target = createWriteStream(file, { mode: 0o600 })
  await pipeline([request, ...stages(request, maxBytes), target])
  return target.bytesWritten
}
