/** Fingerprints of certificates as OpenADR utilities exchange them: SHA-256 over the DER form, upper case, the last ten bytes or all 32. */
import { X509Certificate } from 'node:crypto'

/** Fewer bytes than ten could be forged. */
const shape = /^(?:[0-9A-F]{2}:){9,31}[0-9A-F]{2}$/

/** The fingerprint in its one spelling; a RangeError says what is wrong with any other text. */
export function parseFingerprint(text: string): string {
  const upper = text.trim().toUpperCase()
  const spelt = upper.includes(':') ? upper : (upper.match(/.{1,2}/g) ?? []).join(':')
  if (!shape.test(spelt)) throw new RangeError(`fingerprint "${text}" is not 10 to 32 bytes in hex; write it as AA:BB:…`)
  return spelt
}

/** The last ten bytes of the fingerprint of a certificate in PEM: what a utility asks for. */
export const fingerprintOf = (pem: string): string => new X509Certificate(pem).fingerprint256.slice(-29)

/** Whether a certificate, by its SHA-256 fingerprint as Node gives it, is the one that was pinned. */
export const matches = (fingerprint256: string | undefined, pinned: string): boolean => fingerprint256?.endsWith(pinned) ?? false
