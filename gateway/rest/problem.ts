/** Says what is wrong with a request as problem+json (RFC 9457). */
import type { ContentfulStatusCode } from 'hono/utils/http-status'

const titles: Readonly<Record<number, string>> = {
  400: 'The request cannot be read',
  401: 'A bearer token is needed',
  403: 'The token does not allow this',
  404: 'There is no such thing here',
  409: 'This contradicts what stands',
  413: 'The body is too long',
  415: 'The body must be JSON',
  422: 'The request is not sound',
  500: 'Something went wrong here',
  503: 'The log cannot be written now',
}

export interface ProblemMore {
  /** Every fault, each with its field. */
  readonly faults?: readonly string[]
  /** One entry per change that was asked for. */
  readonly results?: readonly unknown[]
}

/** A request that is answered with a problem. */
export class ProblemError extends Error {
  readonly status: ContentfulStatusCode
  readonly more: ProblemMore

  constructor(status: ContentfulStatusCode, detail: string, more: ProblemMore = {}) {
    super(detail)
    this.name = 'ProblemError'
    this.status = status
    this.more = more
  }
}

const FIELD = /^([\w.[\]-]+): ([\s\S]+)$/

/** What each fault says of which field; a detail that begins with a field is a fault, too. */
function errorsOf(detail: string, { faults = [detail] }: ProblemMore): { readonly errors?: readonly { field: string; detail: string }[] } {
  const errors = faults.flatMap((fault) => {
    const [, field, words] = FIELD.exec(fault) ?? []
    return field !== undefined && words !== undefined ? [{ field, detail: words }] : []
  })
  return errors.length > 0 ? { errors } : {}
}

export function problemResponse({ status, message, more }: ProblemError, instance: string): Response {
  const body = {
    type: 'about:blank',
    title: titles[status] ?? 'Error',
    status,
    detail: message,
    instance,
    ...more,
    ...errorsOf(message, more),
  }
  const headers = { 'content-type': 'application/problem+json', ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}) }
  return new Response(JSON.stringify(body), { status, headers })
}
