/** Says whether a message came from who knows the secret, and just now: HMAC-SHA256 over its time and its bytes. */
import { createHmac, timingSafeEqual } from 'node:crypto'

/** Seconds since 1970, as text, and `sha256=` with 64 hex digits. */
export interface Signed {
  readonly timestamp: string
  readonly signature: string
  readonly body: Buffer
}

/** A message is taken so long before or after its time: beyond, whoever overheard it could send it again. */
export const REPLAY_WINDOW_MS = 300_000

/** `sha256=…` over `<timestamp>.<body>`. */
export function signatureOf(secret: string, timestamp: string, body: Buffer): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')}`
}

/** The signature is looked at first, in constant time, so that nobody learns from an answer what else would be wrong. */
export function checkSignature(secret: string, { timestamp, signature, body }: Signed, nowMs: number): 'sound' | 'unsigned' | 'stale' {
  const wanted = Buffer.from(signatureOf(secret, timestamp, body))
  const given = Buffer.from(signature)
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return 'unsigned'
  const sentMs = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1000 : Number.NaN
  return Math.abs(nowMs - sentMs) <= REPLAY_WINDOW_MS ? 'sound' : 'stale'
}
