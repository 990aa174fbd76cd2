/** XML signatures for one VTN: ours on what goes out, and its own, once each, on what comes in. */
import { parseFingerprint } from '../fingerprint.ts'
import { createReplayGuard } from './replay-guard.ts'
import type { Seal } from './seal.ts'
import { createSigner, type SigningIdentity } from './sign.ts'
import { verifySignature } from './verify.ts'

export interface SealOptions extends SigningIdentity {
  /** Fingerprint of the certificate that the VTN signs with. */
  readonly fingerprint: string
  /** How far the time of a signature may be off, ms; default five minutes. */
  readonly windowMs?: number
}

export function createXmlSeal({ fingerprint, windowMs = 300_000, ...identity }: SealOptions): Seal {
  const pinned = parseFingerprint(fingerprint)
  const guard = createReplayGuard(windowMs)
  const verify: Seal['verify'] = (bytes, nowMs) => {
    const verified = verifySignature(bytes, pinned, nowMs)
    return 'problem' in verified ? verified.problem : guard.admit(verified, nowMs)
  }
  return { sign: createSigner(identity), verify, remember: (bytes, nowMs) => void verify(bytes, nowMs) }
}
