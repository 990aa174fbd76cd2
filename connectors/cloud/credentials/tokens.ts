/** Keeps the identity of a credential fresh. What the vendor gives is on disk before it is used: a rotating refresh token counts once. */
import { z } from 'zod'
import type { Clock } from '../../../processors/runtime/clock.ts'
import type { Credential, OAuth } from './credential.ts'
import type { CredentialFolder } from './files.ts'

/** `token`: the access token; undefined where the credential is a key alone. */
export interface Identified {
  readonly credential: Credential
  readonly token: string | undefined
}

export interface Tokens {
  /** Rejects where the entry can not be read, or the vendor gives no token. */
  identify(): Promise<Identified>
  /** The vendor does not take this token any more. */
  forget(token: string | undefined): void
}

export interface TokenOptions {
  readonly name: string
  readonly folder: CredentialFolder
  readonly clock: Clock
  /** Real ms. */
  readonly timeoutMs: number
}

/** The vendor gave no token: it does not know us, as opposed to not answering. */
export class TokenRefusedError extends Error {}

const grant = z.object({
  access_token: z.string().min(8).max(4096),
  expires_in: z.coerce.number().positive().optional(),
  refresh_token: z.string().min(8).max(4096).optional(),
})

/** Life of a token that the vendor says nothing about; RFC 6749 5.1 leaves it to the server. */
const UNTOLD_S = 3600
/** Renewed this long before its end, or at nine tenths of its life where that is later. */
const EARLY_S = 60
/** An entry that somebody changed is taken up after so many real ms. */
const READ_EVERY_MS = 10_000

export function createTokens(options: TokenOptions): Tokens {
  const { name, folder, clock } = options
  let forgotten: string | undefined
  let held: { readonly credential: Credential; readonly readAt: number } | undefined
  let underWay: Promise<Identified> | undefined

  function freshOf(credential: Credential): Identified | undefined {
    const { identity } = credential
    if (identity.kind === 'apiKey') return { credential, token: undefined }
    const { accessToken, accessUntilMs = 0 } = identity
    const isFresh = accessToken !== undefined && accessToken !== forgotten && clock.nowMs() < accessUntilMs
    return isFresh ? { credential, token: accessToken } : undefined
  }

  /** The entry is read again under the lock: another process that shares it may have been quicker. */
  async function renew(): Promise<Identified> {
    const found = freshOf(await folder.read(name))
    if (found) return found
    return folder.locked(name, async () => {
      const credential = await folder.read(name)
      const { identity } = credential
      const known = freshOf(credential)
      if (known || identity.kind === 'apiKey') return known ?? { credential, token: undefined }
      const renewed: Credential = { ...credential, identity: await ask(identity, options) }
      await folder.write(name, renewed)
      return { credential: renewed, token: renewed.identity.kind === 'apiKey' ? undefined : renewed.identity.accessToken }
    })
  }

  async function identify(): Promise<Identified> {
    const identified = await renew()
    held = { credential: identified.credential, readAt: performance.now() }
    return identified
  }

  return {
    identify() {
      const known = held && performance.now() - held.readAt < READ_EVERY_MS ? freshOf(held.credential) : undefined
      if (known) return Promise.resolve(known)
      underWay ??= identify().finally(() => {
        underWay = undefined
      })
      return underWay
    },
    forget(token) {
      forgotten = token
    },
  }
}

function formOf(identity: OAuth): URLSearchParams {
  const form = new URLSearchParams({ client_id: identity.clientId })
  if (identity.clientSecret !== undefined) form.set('client_secret', identity.clientSecret)
  form.set('grant_type', identity.kind === 'refreshToken' ? 'refresh_token' : 'client_credentials')
  if (identity.kind === 'refreshToken') form.set('refresh_token', identity.refreshToken)
  return form
}

async function ask(identity: OAuth, { clock, timeoutMs, name }: TokenOptions): Promise<OAuth> {
  const askedMs = clock.nowMs()
  const response = await fetch(identity.tokenUrl, {
    method: 'POST',
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: String(formOf(identity)),
  })
  const text = await response.text()
  // What it says may repeat a secret: the status is all that is told.
  if (response.status === 400 || response.status === 401 || response.status === 403)
    throw new TokenRefusedError(`${name}: the vendor gives no token (${response.status}): the credential has to be authorised again`)
  const given = response.ok ? grant.safeParse(jsonOf(text)) : undefined
  if (!given?.success) throw new Error(`${name}: no token came (${response.status})`)
  const { access_token, expires_in = UNTOLD_S, refresh_token } = given.data
  const accessUntilMs = askedMs + Math.floor(Math.max(expires_in - EARLY_S, expires_in * 0.9) * 1000)
  const renewed = { ...identity, accessToken: access_token, accessUntilMs }
  return renewed.kind === 'refreshToken' && refresh_token !== undefined ? { ...renewed, refreshToken: refresh_token } : renewed
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
