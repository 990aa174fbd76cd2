/** The objects of a test VTN, as OpenADR 3 stores them: each with id, dates and type given by the VTN. */

import type { Revision } from '../../gateway/openadr3/revision.ts'

export type Kind = 'programs' | 'events' | 'vens' | 'resources' | 'reports' | 'subscriptions'

export interface Stored {
  readonly id: string
  readonly createdDateTime: string
  readonly modificationDateTime: string
  readonly objectType: string
  readonly [field: string]: unknown
}

export interface Objects {
  all(kind: Kind): readonly Stored[]
  find(kind: Kind, id: string): Stored | undefined
  create(kind: Kind, body: object): Stored
  /** PUT replaces everything but what the VTN gave. */
  replace(kind: Kind, id: string, body: object): Stored | undefined
  remove(kind: Kind, id: string): Stored | undefined
}

const typeOf = (kind: Kind): string => kind.slice(0, -1).toUpperCase()

/** 3.1 says of what clients made whose it is. */
const ownerOf = (revision: Revision, kind: Kind): object =>
  revision === '3.1' && kind !== 'programs' && kind !== 'events' ? { clientID: 'a-client' } : {}

export function createObjects(revision: Revision, nowMs: () => number): Objects {
  const kept = new Map<Kind, Map<string, Stored>>()
  let made = 0
  const of = (kind: Kind): Map<string, Stored> => {
    const found = kept.get(kind) ?? new Map<string, Stored>()
    kept.set(kind, found)
    return found
  }
  const stamp = (): string => new Date(nowMs()).toISOString()
  return {
    all: (kind) => [...of(kind).values()],
    find: (kind, id) => of(kind).get(id),
    create(kind, body) {
      made += 1
      const id = `${kind.slice(0, -1)}-${made}`
      const at = stamp()
      const given = { id, createdDateTime: at, modificationDateTime: at, objectType: typeOf(kind) }
      const stored = { ...body, ...ownerOf(revision, kind), ...given }
      of(kind).set(id, stored)
      return stored
    },
    replace(kind, id, body) {
      const before = of(kind).get(id)
      if (!before) return undefined
      const { createdDateTime, objectType } = before
      const stored = { ...body, ...ownerOf(revision, kind), id, createdDateTime, objectType, modificationDateTime: stamp() }
      of(kind).set(id, stored)
      return stored
    },
    remove(kind, id) {
      const before = of(kind).get(id)
      of(kind).delete(id)
      return before
    },
  }
}
