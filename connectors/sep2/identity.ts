/** The identifiers of a client, which follow from its certificate (IEEE 2030.5, 8.3.2): long and short form of the fingerprint. */

/** The first 160 bits of SHA-256 of the certificate, 40 upper-case hex digits. `fingerprint256` as node:tls gives it, with colons. */
export const lfdiOf = (fingerprint256: string): string => fingerprint256.replaceAll(':', '').slice(0, 40).toUpperCase()

/** The first 36 bits in decimal, and a digit that makes the sum of all digits a multiple of ten. */
export function sfdiOf(lfdi: string): number {
  const short = Number.parseInt(lfdi.slice(0, 9), 16)
  const sum = [...String(short)].reduce((total, digit) => total + Number(digit), 0)
  return short * 10 + ((10 - (sum % 10)) % 10)
}
