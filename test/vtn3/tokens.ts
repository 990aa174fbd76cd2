/** Gives tokens of a test VTN for client credentials, and knows which are good. */
import type { Revision } from '../../gateway/openadr3/revision.ts'
import type { Given } from './routes.ts'

export interface TokenDesk {
  /** An answer for the paths below auth, undefined for all others. */
  answer(asked: { revision: Revision; base: string; method: string; path: string; body: unknown }): Given | undefined
  admits(authorization: string | undefined): boolean
  given(): number
  /** No token that was given so far is good any more. */
  revoke(): void
}

export function createTokenDesk(options: {
  readonly nowMs: () => number
  readonly credentials: { readonly clientId: string; readonly clientSecret: string } | undefined
  readonly tokenS: number
}): TokenDesk {
  const { nowMs, credentials, tokenS } = options
  const good = new Map<string, number>()
  let given = 0
  return {
    answer({ revision, base, method, path, body }) {
      if (path === 'auth/server' && revision === '3.1') return { status: 200, json: { tokenURL: `${base}auth/token` } }
      if (path !== 'auth/token' || method !== 'POST') return undefined
      const { grant_type, client_id, client_secret } = (body ?? {}) as Record<string, unknown>
      if (grant_type !== 'client_credentials') return { status: 400, json: { error: 'unsupported_grant_type' } }
      if (client_id !== credentials?.clientId || client_secret !== credentials?.clientSecret)
        return { status: 400, json: { error: 'invalid_client', error_description: `no client with secret ${client_secret}` } }
      given += 1
      const token = `token-${given}`
      good.set(token, nowMs() + tokenS * 1000)
      return { status: 200, json: { access_token: token, token_type: 'Bearer', expires_in: tokenS } }
    },
    admits(authorization) {
      if (!credentials) return true
      return nowMs() < (good.get(authorization?.replace(/^Bearer /, '') ?? '') ?? 0)
    },
    given: () => given,
    revoke: () => good.clear(),
  }
}
