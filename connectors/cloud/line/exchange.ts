/** Carries one call over HTTP and brings the answer back untouched, within bounds of time and size. */
import type { Identity, VendorCall } from './call.ts'

export interface RawAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: Buffer
}

export interface ExchangeLimits {
  /** Real ms until the last byte. */
  readonly timeoutMs: number
  readonly maxBytes: number
}

/** Nothing of the call reached the vendor: it cannot have acted on it. */
export class UnreachedError extends Error {}

/** Connections that were refused, or never came about, carried nothing. */
const UNREACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'])

/** Rejects where no whole answer came. Redirects are answers: a secret goes nowhere but to the address that was configured. */
export async function exchange(baseUrl: string, call: VendorCall, identity: Identity, limits: ExchangeLimits): Promise<RawAnswer> {
  const { method, path, query = {}, json } = call
  const url = new URL(path, baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`)
  for (const [name, value] of Object.entries({ ...query, ...identity.query })) url.searchParams.set(name, value)
  const body = json === undefined ? {} : { body: JSON.stringify(json) }
  const type = json === undefined ? {} : { 'content-type': 'application/json' }
  try {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(limits.timeoutMs),
      headers: { accept: 'application/json', ...type, ...identity.headers },
      ...body,
    })
    return { status: response.status, headers: response.headers, body: await bodyOf(response, limits.maxBytes) }
  } catch (error) {
    throw inWords(`${method} ${url.origin}${url.pathname}`, error)
  }
}

async function bodyOf(response: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Without the query, which may hold a key. */
function inWords(what: string, error: unknown): Error {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause
  const message = cause?.message ?? (error instanceof Error ? error.message : String(error))
  const words = `${what}: ${cause?.code ?? ''} ${message}`.replace(/\s+/g, ' ')
  return cause?.code !== undefined && UNREACHED.has(cause.code) ? new UnreachedError(words) : new Error(words)
}
