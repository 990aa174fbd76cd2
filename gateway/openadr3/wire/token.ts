/** Gets access tokens by client credentials (RFC 6749 4.4) and keeps the newest until shortly before it expires. */
import { z } from 'zod'
import type { Clock } from '../../../processors/runtime/clock.ts'
import type { Revision } from '../revision.ts'
import type { Exchange, RawAnswer } from './exchange.ts'
import { inWords } from './problem.ts'

export interface Credentials {
  readonly clientId: string
  readonly clientSecret: string
  readonly scope?: string
  /** Where tokens are given, when the VTN is not to be asked for it. */
  readonly tokenUrl?: string
}

export interface TokenOptions {
  readonly revision: Revision
  /** Base of the VTN's API, with a slash at the end. */
  readonly base: URL
  readonly exchange: Exchange
  readonly clock: Clock
  /** undefined: the VTN lets everybody in. */
  readonly credentials: Credentials | undefined
}

export interface Tokens {
  /** The header of a request; empty without credentials. Rejects with `TokenError` where none was given. */
  header(): Promise<Readonly<Record<string, string>>>
  /** Forgets the token: the VTN does not take it any more. */
  forget(): void
}

/** TokenError says why the VTN gave no token; it never holds a secret. `answer` is what came back, if anything did. */
export class TokenError extends Error {
  readonly answer: RawAnswer | undefined

  constructor(message: string, answer?: RawAnswer) {
    super(message)
    this.name = 'TokenError'
    this.answer = answer
  }
}

const server = z.object({ tokenURL: z.string().min(1) })
const grant = z.object({ access_token: z.string().min(1).max(4096), token_type: z.string(), expires_in: z.number().positive().optional() })

/** A token without expires_in is renewed this often; RFC 6749 5.1 leaves its life to the server. */
const UNTOLD_S = 3600
/** Renewed this long before its end, or at nine tenths of its life where that is later. */
const EARLY_S = 60

/** `secret`: struck out of what the VTN says, should it repeat it. */
function bodyOf<T>(answer: RawAnswer, schema: z.ZodType<T>, what: string, secret?: string): T {
  const words = inWords(answer)
  if (answer.status !== 200) throw new TokenError(`${what}: ${secret ? words.replaceAll(secret, '…') : words}`, answer)
  try {
    return schema.parse(JSON.parse(Buffer.from(answer.body).toString('utf8')))
  } catch {
    throw new TokenError(`${what}: the answer is not what openadr3.yaml says`)
  }
}

/** The secret goes to no place less guarded than the VTN itself. */
function guarded(url: URL, base: URL): URL {
  if (url.protocol === 'https:' || (url.protocol === 'http:' && base.protocol === 'http:')) return url
  throw new TokenError(`auth/server: the token address ${url.origin} is not https`)
}

/** 3.1: the VTN names the address at /auth/server. 3.0, and VTNs that name none: /auth/token. */
async function discover({ revision, base, exchange, credentials }: TokenOptions): Promise<URL> {
  if (credentials?.tokenUrl !== undefined) return guarded(new URL(credentials.tokenUrl), base)
  const usual = new URL('auth/token', base)
  if (revision === '3.0') return usual
  const answer = await exchange.send({ method: 'GET', url: new URL('auth/server', base), headers: {} })
  if (answer.status === 404) return usual
  return guarded(new URL(bodyOf(answer, server, 'auth/server').tokenURL, base), base)
}

async function ask(url: URL, { clientId, clientSecret, scope }: Credentials, exchange: Exchange) {
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret })
  if (scope !== undefined) form.set('scope', scope)
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const given = bodyOf(await exchange.send({ method: 'POST', url, headers, body: String(form) }), grant, 'auth/token', clientSecret)
  if (given.token_type.toLowerCase() !== 'bearer')
    throw new TokenError(`auth/token: token_type is "${given.token_type}"; only Bearer is known`)
  return given
}

export function createTokens(options: TokenOptions): Tokens {
  const { clock, exchange, credentials } = options
  let address: URL | undefined
  let held: { readonly token: string; readonly untilMs: number } | undefined
  return {
    async header() {
      if (!credentials) return {}
      if (!held || clock.nowMs() >= held.untilMs) {
        address ??= await discover(options)
        const askedMs = clock.nowMs()
        const { access_token, expires_in = UNTOLD_S } = await ask(address, credentials, exchange)
        held = { token: access_token, untilMs: askedMs + Math.max(expires_in - EARLY_S, expires_in * 0.9) * 1000 }
      }
      return { authorization: `Bearer ${held.token}` }
    },
    forget() {
      held = undefined
      address = undefined
    },
  }
}
