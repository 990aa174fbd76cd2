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

/** How much may be kept of several lists together: a VTN that has ever more pages must not exhaust the process. */
export interface Room {
  readonly mostBytes: number
  leftBytes: number
}

export const roomFor = (mostBytes = Number.POSITIVE_INFINITY): Room => ({ mostBytes, leftBytes: mostBytes })

export interface ReadOptions {
  /** The list as it was known. */
  readonly before?: readonly Part[]
  readonly room?: Room
}

const NOTHING = { status: 0, retryMs: 0, answer: undefined }

interface Reading {
  readonly kind: 'pages'
  readonly parts: readonly Part[]
  readonly answers: number
}

async function readOnce(client: Pick<Client, 'get'>, path: string, room: Room): Promise<Reading | Unusable> {
  const parts: Part[] = []
  let bytes = 0
  for (let page = 0; page < MOST_PAGES; page++) {
    const paged = `${path}${path.includes('?') ? '&' : '?'}skip=${page * LIMIT}&limit=${LIMIT}`
    const reply = await client.get(paged)
    if (reply.kind === 'refused') return unusable(paged, reply)
    bytes += reply.answer.body.length
    if (bytes > room.leftBytes) return unusable(paged, { ...NOTHING, detail: `the lists are longer than ${room.mostBytes} bytes together` })
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
  return unusable(path, { ...NOTHING, status: 200, detail })
}

const same = (some: readonly Part[], others: readonly Part[]): boolean =>
  some.length === others.length &&
  some.every(({ path, body }, index) => path === others[index]?.path && Buffer.from(body).equals(others[index].body))

/**
 * `path` with its parameters, but without skip and limit. One answer is consistent in itself; several are taken when two readings are equal,
 * or one is as it was `before`. Each reading has the whole room; what is taken then takes from it.
 */
export async function readPages(
  client: Pick<Client, 'get'>,
  path: string,
  { before = [], room = roomFor() }: ReadOptions = {},
): Promise<Pages> {
  let last = before
  for (let reading = 0; reading < MOST_READINGS; reading++) {
    const read = await readOnce(client, path, room)
    if (read.kind === 'unusable') return read
    if (read.answers === 1 || same(read.parts, last)) {
      room.leftBytes -= read.parts.reduce((sum, { body }) => sum + body.length, 0)
      return read
    }
    last = read.parts
  }
  return unusable(path, { ...NOTHING, detail: 'the pages kept changing while they were read' })
}
