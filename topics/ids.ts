/** Ids that follow from what they name, so that a replay gives the same. */
import { hash } from 'node:crypto'

/** 32 hex digits of SHA-256 over the parts; distinct lists of parts give distinct ids. */
export function hashId(...parts: readonly (string | number)[]): string {
  let text = ''
  for (let index = 0; index < parts.length; index++) text += index === 0 ? parts[index] : `\u0000${parts[index]}`
  return hash('sha256', text, 'hex').slice(0, 32)
}

/** SHA-256 of bytes as hex. */
export function sha256Hex(data: Buffer | string): string {
  return hash('sha256', data, 'hex')
}
