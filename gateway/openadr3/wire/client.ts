/** Speaks to one VTN: a request with its token, and what became of it. */
import type { Exchange, Outgoing, RawAnswer } from './exchange.ts'
import { inWords, retryAfterMs } from './problem.ts'
import { TokenError, type Tokens } from './token.ts'

/** `status` 0: no answer came. `retryMs`: real ms that the VTN wants us to wait, 0 = it did not say. */
export interface Refusal {
  readonly kind: 'refused'
  readonly status: number
  readonly detail: string
  readonly retryMs: number
  readonly answer: RawAnswer | undefined
}
export type Reply = { readonly kind: 'answered'; readonly answer: RawAnswer } | Refusal

export interface Client {
  get(path: string): Promise<Reply>
  /** `json` undefined: no body. */
  write(method: 'POST' | 'PUT' | 'DELETE', path: string, json?: unknown): Promise<Reply>
}

export interface ClientDeps {
  readonly base: URL
  readonly exchange: Exchange
  readonly tokens: Tokens
  /** Told of every answer, and of none coming. */
  readonly onReply?: (path: string, reply: Reply) => void
}

/** `events` of `events?programID=7`. */
export const rootOf = (path: string): string => /^[a-z]+/.exec(path)?.[0] ?? ''

const refused = (detail: string): Refusal => ({ kind: 'refused', status: 0, detail, retryMs: 0, answer: undefined })

export function createClient({ base, exchange, tokens, onReply = () => undefined }: ClientDeps): Client {
  const judge = (answer: RawAnswer): Reply =>
    answer.status >= 200 && answer.status < 300
      ? { kind: 'answered', answer }
      : { kind: 'refused', status: answer.status, detail: inWords(answer), retryMs: retryAfterMs(answer), answer }

  const send = async (outgoing: Omit<Outgoing, 'headers'>): Promise<RawAnswer> => {
    const type = outgoing.body === undefined ? {} : { 'content-type': 'application/json' }
    return exchange.send({ ...outgoing, headers: { ...type, ...(await tokens.header()) } })
  }

  /** 401: the token may have been withdrawn, so one new one is tried. */
  const speak = async (outgoing: Omit<Outgoing, 'headers'>): Promise<Reply> => {
    try {
      const first = await send(outgoing)
      if (first.status !== 401) return judge(first)
      tokens.forget()
      return judge(await send(outgoing))
    } catch (error) {
      if (!(error instanceof TokenError)) return refused(error instanceof Error ? error.message : String(error))
      const retryMs = error.answer ? retryAfterMs(error.answer) : 0
      return { kind: 'refused', status: 401, detail: error.message, retryMs, answer: undefined }
    }
  }

  const tell = async (path: string, outgoing: Omit<Outgoing, 'headers' | 'url'>): Promise<Reply> => {
    const reply = await speak({ ...outgoing, url: new URL(path, base) })
    onReply(path, reply)
    return reply
  }

  return {
    get: (path) => tell(path, { method: 'GET' }),
    write: (method, path, json) => tell(path, { method, ...(json === undefined ? {} : { body: JSON.stringify(json) }) }),
  }
}
