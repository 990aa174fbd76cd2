/** Says what an answer of a vendor means: also pages of HTML, problem documents (RFC 9457), and 429 in all its forms. */
import type { Reply } from './call.ts'
import type { RawAnswer } from './exchange.ts'

const LONGEST = 300

/** `nowMs`: Drover's time of receipt, for answers that name an instant and no clock of their own; `readRefusal`: see the adapter. */
export function judgeAnswer(
  answer: RawAnswer,
  nowMs: number,
  readRefusal: (json: unknown) => 'refused' | 'unauthorised' | undefined,
): Reply {
  const { status, body, headers } = answer
  const json = jsonOf(body)
  const detail = inWords(answer, json)
  if (status === 429) return { kind: 'throttled', waitMs: retryAfterMs(headers, nowMs), detail }
  if (status === 401) return { kind: 'unauthorised', detail }
  if (status === 503 && headers.has('retry-after')) return { kind: 'throttled', waitMs: retryAfterMs(headers, nowMs), detail }
  const refusal = status >= 500 ? readRefusal(json) : undefined
  if (refusal === 'unauthorised') return { kind: refusal, detail }
  if (refusal === 'refused') return { kind: refusal, status, detail, json }
  if (status >= 500 || status === 408) return { kind: 'unknown', detail }
  if (status >= 400) return json === undefined && isHtml(body) ? { kind: 'unknown', detail } : { kind: 'refused', status, detail, json }
  if (status >= 300) return { kind: 'unknown', detail: `${status}: redirected` }
  if (body.length === 0) return { kind: 'answered', json: null, bytes: body, contentType: typeOf(headers) }
  // A proxy's page, a captive portal, a body that was cut off: whether the vendor acted is not known.
  if (json === undefined) return { kind: 'unknown', detail: `${status}: the answer is ${isHtml(body) ? 'a page of HTML' : 'no JSON'}` }
  return { kind: 'answered', json, bytes: body, contentType: typeOf(headers) }
}

const typeOf = (headers: Headers): string => (headers.get('content-type') ?? 'application/json').split(';')[0]?.trim() ?? 'application/json'

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}

const isHtml = (body: Buffer): boolean => /^\s*<(!doctype|html|head|body)/i.test(body.subarray(0, 200).toString('utf8'))

/** The status, and what the body says in the fields in which vendors say it. */
function inWords({ status, body }: RawAnswer, json: unknown): string {
  if (json === undefined) return `${status}: ${isHtml(body) ? 'a page of HTML' : `${body.length} bytes that are no JSON`}`
  const fields = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>
  const nested =
    typeof fields.status === 'object' && fields.status !== null ? (fields.status as Record<string, unknown>).message : undefined
  const words = [fields.title, fields.detail, fields.message, fields.error, fields.error_description, nested]
  return [String(status), ...words.filter((word) => typeof word === 'string' && word !== '')].join(': ').slice(0, LONGEST)
}

/** RFC 9110 10.2.3: seconds, or an instant by the vendor's own clock; 0 where the answer names neither. */
export function retryAfterMs(headers: Headers, nowMs: number): number {
  const text = headers.get('retry-after')?.trim() ?? ''
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000)
  const date = Date.parse(headers.get('date') ?? '')
  const waitMs = Date.parse(text) - (Number.isNaN(date) ? nowMs : date)
  return Number.isNaN(waitMs) ? 0 : Math.max(0, waitMs)
}
