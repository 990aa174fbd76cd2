/** A vendor's token endpoint: access tokens that expire, refresh tokens that count once (RFC 6749 6). */
import type { VendorRequest, VendorResponse } from './http.ts'

export interface TokenServer {
  /** Of `POST token`. */
  handle(request: VendorRequest): VendorResponse
  /** Whether the call carries an access token that is good now. */
  knows(request: VendorRequest): boolean
  /** What a fresh credential begins with. */
  readonly first: { readonly accessToken: string; readonly refreshToken: string }
  /** All access tokens so far are good no more. */
  revoke(): void
  /** Refresh tokens that were taken. */
  refreshed(): number
  /** Nothing that it gives is good, as when the owner took back his consent. */
  isClosed: boolean
}

export interface TokenOptions {
  readonly clock: { nowMs(): number }
  readonly lifeS?: number
}

/**
 * A refresh token that was used is good until what it gave is used for the first time: a client that dies between the answer and its own disk
 * is not locked out. Not every vendor does so; none can do better for its clients.
 */
export function createTokenServer({ clock, lifeS = 3600 }: TokenOptions): TokenServer {
  let serial = 0
  const issued = new Map<string, { untilMs: number; from: string }>()
  const refreshes = new Set<string>()
  let taken = 0
  const state = { isClosed: false }

  function issue(from: string) {
    serial += 1
    const [accessToken, refreshToken] = [`access-token-${serial}`, `refresh-token-${serial}`]
    issued.set(accessToken, { untilMs: clock.nowMs() + lifeS * 1000, from })
    refreshes.add(refreshToken)
    return { accessToken, refreshToken }
  }

  const first = issue('')
  return {
    first,
    refreshed: () => taken,
    get isClosed() {
      return state.isClosed
    },
    set isClosed(next) {
      state.isClosed = next
    },
    revoke() {
      issued.clear()
    },
    handle({ body }) {
      const form = new URLSearchParams(body)
      const refreshToken = form.get('refresh_token') ?? ''
      if (state.isClosed || form.get('client_secret') !== 'client-secret-1') return { status: 400, json: { error: 'invalid_grant' } }
      if (form.get('grant_type') === 'refresh_token' && !refreshes.has(refreshToken))
        return { status: 400, json: { error: 'invalid_grant' } }
      taken += 1
      const fresh = issue(refreshToken)
      return {
        status: 200,
        json: { access_token: fresh.accessToken, refresh_token: fresh.refreshToken, token_type: 'bearer', expires_in: lifeS },
      }
    },
    knows({ headers }) {
      const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? ''
      const known = issued.get(token)
      if (!known || clock.nowMs() >= known.untilMs || state.isClosed) return false
      refreshes.delete(known.from)
      return true
    },
  }
}
