/** Errors as ClickHouse's HTTP interface gives them: a code, a text, a status. */

/** A request that is answered with an error. `code`: as in ClickHouse's ErrorCodes. */
export class HttpFault extends Error {
  readonly status: number
  readonly code: number
  constructor(status: number, code: number, name: string, words: string) {
    super(`Code: ${code}. DB::Exception: ${words}. (${name})`)
    this.status = status
    this.code = code
  }
}

export const unauthorized = () =>
  new HttpFault(401, 516, 'AUTHENTICATION_FAILED', 'Authentication failed: password is incorrect, or there is no user with such name')
export const denied = (words: string) => new HttpFault(403, 497, 'ACCESS_DENIED', words)
export const malformed = (words: string) => new HttpFault(400, 36, 'BAD_ARGUMENTS', words)
export const tooLarge = (words: string) => new HttpFault(413, 307, 'TOO_MANY_BYTES', words)
export const tooBusy = (words: string) => new HttpFault(503, 202, 'TOO_MANY_SIMULTANEOUS_QUERIES', words)

/** Status by code, where ClickHouse itself does not answer 500. */
const STATUS: Readonly<Record<number, number>> = { 36: 400, 47: 404, 60: 404, 62: 400, 81: 404, 159: 408, 164: 403, 497: 403, 396: 413 }

/** The engine's words begin with their code; anything else is unexpected. */
export function toFault(error: unknown): { readonly status: number; readonly code: number; readonly text: string } {
  if (error instanceof HttpFault) return { status: error.status, code: error.code, text: error.message }
  const words = error instanceof Error ? error.message : String(error)
  const found = /Code: (\d+)\. .*$/s.exec(words)
  if (!found) return { status: 500, code: 1002, text: `Code: 1002. DB::Exception: ${words}. (UNKNOWN_EXCEPTION)` }
  const code = Number(found[1])
  return { status: STATUS[code] ?? 500, code, text: found[0] }
}
