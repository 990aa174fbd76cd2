/** Reads a whole list from a VTN, page by page, until it stands still. */
import { decodeList } from '../decode.ts'
import type { Part } from '../snapshot.ts'
import type { Client, Refusal } from '../wire/client.ts'
import type { RawAnswer } from '../wire/exchange.ts'
import { WireFault } from '../wire-fault.ts'

/** What VTNs give at most (openadr3.yaml, parameter limit). */
const LIMIT = 50
const MOST_PAGES = 1000

/** Readings of a list that is more than one answer: between two answers, an object may move from the page that is still to come. */
const MOST_READINGS = 4

export type Pages = { readonly kind: 'pages'; readonly parts: readonly Part[] } | Unusable

/** `answer`: what came, if anything did; it is worth keeping. */
export interface Unusable {
  readonly kind: 'unusable'
  readonly path: string
  readonly status: number
  readonly detail: string
  readonly retryMs: number
  readonly answer: RawAnswer | undefined
}

const unusable = (path: string, { status, detail, retryMs, answer }: Omit<Refusal, 'kind'>): Unusable => ({
  kind: 'unusable',
  path,
  status,
  detail: `${path}: ${detail}`,
  retryMs,
  answer,
})

function countIn(part: Part, answer: RawAnswer): number | Unusable {
  try {
    return decodeList(part).length
  } catch (error) {
    if (!(error instanceof WireFault)) throw error
    return unusable(part.path, { status: answer.status, detail: error.problem, retryMs: 0, answer })
  }
}

interface Reading {
  readonly kind: 'pages'
  readonly parts: readonly Part[]
  readonly answers: number
}

async function readOnce(client: Pick<Client, 'get'>, path: string): Promise<Reading | Unusable> {
  const parts: Part[] = []
  for (let page = 0; page < MOST_PAGES; page++) {
    const paged = `${path}${path.includes('?') ? '&' : '?'}skip=${page * LIMIT}&limit=${LIMIT}`
    const reply = await client.get(paged)
    if (reply.kind === 'refused') return unusable(paged, reply)
    const part = { path: paged, contentType: reply.answer.headers['content-type'] ?? '', body: reply.answer.body }
    const count = countIn(part, reply.answer)
    if (typeof count !== 'number') return count
    const before = parts.at(-1)
    // A VTN that knows no paging gives more than was asked for, or the same page again.
    const repeated = before !== undefined && Buffer.from(before.body).equals(part.body)
    // The first page is kept even when it is empty: it says that nothing is in force.
    if (!before || (count > 0 && !repeated)) parts.push(part)
    if (repeated || count !== LIMIT) return { kind: 'pages', parts, answers: page + 1 }
  }
  const detail = `the VTN gave ${MOST_PAGES} pages, and there are more`
  return unusable(path, { status: 200, detail, retryMs: 0, answer: undefined })
}

const same = (some: readonly Part[], others: readonly Part[]): boolean =>
  some.length === others.length &&
  some.every(({ path, body }, index) => path === others[index]?.path && Buffer.from(body).equals(others[index].body))

/**
 * `path` with its parameters, but without skip and limit. One answer is consistent in itself; several are taken when two readings are equal,
 * or one is as it was `before`.
 */
export async function readPages(client: Pick<Client, 'get'>, path: string, before: readonly Part[] = []): Promise<Pages> {
  let last = before
  for (let reading = 0; reading < MOST_READINGS; reading++) {
    const read = await readOnce(client, path)
    if (read.kind === 'unusable' || read.answers === 1 || same(read.parts, last)) return read
    last = read.parts
  }
  const detail = `${path}: the pages kept changing while they were read`
  return { kind: 'unusable', path, status: 0, detail, retryMs: 0, answer: undefined }
}
