/** Cuts a page out of a list by the query of its request: `s` how many to leave out, `a` after when, `l` how many at most. */
import { badValue } from '../refusal.ts'
import type { Fields } from '../xml/write.ts'

/** A member of a list and, where the list is ordered by time, that time in seconds. */
export interface Member {
  readonly fields: Fields
  readonly timeS?: number
}

/** Without `l` so many: clients that do not page get what there usually is. */
const USUAL_LIMIT = 100
const MOST = 255

/** Attributes and members of a list, its element name being that of its members. */
export function pageOf(name: string, members: readonly Member[], query: URLSearchParams): Fields {
  const afterS = numberOf(query, 'a')
  const start = numberOf(query, 's') ?? 0
  const limit = Math.min(MOST, numberOf(query, 'l') ?? USUAL_LIMIT)
  const all = afterS === undefined ? members : members.filter(({ timeS }) => timeS === undefined || timeS > afterS)
  const page = all.slice(start, start + limit)
  return { '@all': all.length, '@results': page.length, [name]: page.map(({ fields }) => fields) }
}

function numberOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  if (!/^\d{1,12}$/.test(text)) throw badValue(`must be a whole number from 0 up, not ${text.slice(0, 20)}`, name)
  return Number(text)
}
