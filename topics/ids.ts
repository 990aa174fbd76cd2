/** Ids that follow from what they name, so that a replay gives the same. */
import { hash } from 'node:crypto'

/** 32 hex digits of SHA-256 over the parts; distinct lists of parts give distinct ids. */
export function hashId(...parts: readonly (string | number)[]): string {
  return hash('sha256', parts.join('\u0000'), 'hex').slice(0, 32)
}

/** SHA-256 of bytes as hex. */
export function sha256Hex(data: Buffer | string): string {
  return hash('sha256', data, 'hex')
}
