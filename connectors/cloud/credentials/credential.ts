/** What an entry of the credentials folder holds: how a vendor is reached, and what identifies us there. */
import { z } from 'zod'

const isLocal = (url: string): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname)
/** A secret goes over nothing but TLS, unless it stays on this machine. */
const guardedUrl = z.url().refine((url) => url.startsWith('https://') || isLocal(url), 'must be https')
const secret = z.string().min(8).max(4096)

/** A key that stays the same. */
const apiKey = z.strictObject({ kind: z.literal('apiKey'), apiKey: secret })

const oauth = {
  tokenUrl: guardedUrl,
  clientId: z.string().min(1).max(512),
  clientSecret: secret.optional(),
  /** A key that goes with every call besides the token. */
  apiKey: secret.optional(),
  accessToken: secret.optional(),
  /** End of the access token, epoch ms UTC. */
  accessUntilMs: z.int().nonnegative().optional(),
}

/** A consent of the owner; the vendor gives another refresh token with each access token (RFC 6749 6). */
const refreshing = z.strictObject({ kind: z.literal('refreshToken'), ...oauth, refreshToken: secret })
/** RFC 6749 4.4. */
const clientCredentials = z.strictObject({ kind: z.literal('clientCredentials'), ...oauth })

export const credentialSchema = z.strictObject({
  /** Adapter that speaks to it. */
  vendor: z.string().min(1).max(64),
  /** With the version of the API, as `https://api.ecobee.com/1`. */
  baseUrl: guardedUrl,
  identity: z.discriminatedUnion('kind', [apiKey, refreshing, clientCredentials]),
  /** What messages of the vendor to us are signed with; absent = none are taken. */
  webhookSecret: z.string().min(16).max(512).optional(),
})

export type Credential = z.infer<typeof credentialSchema>
export type OAuth = Extract<Credential['identity'], { tokenUrl: string }>
