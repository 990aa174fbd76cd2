/** Looks at everything that a VTN shows of our programs, whole: nothing is concluded from half of it. */
import { decodeParts } from '../decode.ts'
import type { Revision } from '../revision.ts'
import type { Part } from '../snapshot.ts'
import type { Client } from '../wire/client.ts'
import type { Course, Pages } from './course.ts'
import type { OurProgram } from './knowledge.ts'
import { type ReadOptions, readPages, roomFor, type Unusable } from './pages.ts'

export interface LookDeps {
  readonly client: Client
  readonly revision: Revision
  readonly venName: string
}

/** What a look starts from. */
export interface Glance {
  readonly whole: boolean
  readonly course: Course
  readonly programs: readonly OurProgram[]
}

export type Looked = { readonly kind: 'looked'; readonly pages: Pages; readonly asksActive: boolean } | Unusable

type Party = Pick<Pages, 'programs' | 'vens' | 'resources'>

/** Together they fit into a record on the log (topics/provision/settings.ts, 32 MiB), however little they can be compressed. */
const MOST_PARTY_BYTES = 10_000_000
const MOST_EVENT_BYTES = 20_000_000

/** What a VTN does not let us see (403, 404) is not there, as far as we are concerned. */
async function visible(client: Client, path: string, options: ReadOptions): Promise<readonly Part[] | Unusable> {
  const read = await readPages(client, path, options)
  if (read.kind === 'pages') return read.parts
  return read.status === 403 || read.status === 404 ? [] : read
}

const isUnusable = (read: readonly Part[] | Unusable): read is Unusable => 'kind' in read

async function readParty({ client, revision, venName }: LookDeps, before: Pages | undefined): Promise<Party | Unusable> {
  const room = roomFor(MOST_PARTY_BYTES)
  const programs = await readPages(client, 'programs', { before: before?.programs ?? [], room })
  if (programs.kind === 'unusable') return programs
  const vens = await visible(client, `vens?${new URLSearchParams({ venName })}`, { before: before?.vens ?? [], room })
  if (isUnusable(vens)) return vens
  const ven = decodeParts(vens).vens.find((one) => one.venName === venName)
  const path = revision === '3.0' ? `vens/${ven?.id}/resources` : `resources?venID=${ven?.id}`
  const resources = ven ? await visible(client, path, { before: before?.resources ?? [], room }) : []
  return isUnusable(resources) ? resources : { programs: programs.parts, vens, resources }
}

interface Asked {
  readonly programIds: readonly string[]
  readonly active: boolean
  readonly before: readonly Part[]
}

async function readEvents(client: Client, { programIds, active, before }: Asked): Promise<readonly Part[] | Unusable> {
  const room = roomFor(MOST_EVENT_BYTES)
  const parts: Part[] = []
  for (const programID of programIds) {
    const path = `events?${new URLSearchParams({ programID, ...(active ? { active: 'true' } : {}) })}`
    const read = await readPages(client, path, { before: before.filter((part) => part.path.startsWith(`${path}&`)), room })
    if (read.kind === 'unusable') return read
    parts.push(...read.parts)
  }
  return parts
}

/** Rejects only where the VTN's lists cannot be decoded after all. */
export async function look({ whole, course, programs }: Glance, deps: LookDeps): Promise<Looked> {
  const party = whole || !course.pages ? await readParty(deps, course.pages) : course.pages
  if ('kind' in party) return party
  const names = new Set(programs.map(({ programName }) => programName))
  const programIds = decodeParts(party.programs).programs.flatMap(({ id, programName }) => (names.has(programName) ? [id] : []))
  let asksActive = course.asksActive && deps.revision === '3.1'
  const before = course.pages?.events ?? []
  let events = await readEvents(deps.client, { programIds, active: asksActive, before })
  if (asksActive && isUnusable(events) && events.status === 400) {
    asksActive = false
    events = await readEvents(deps.client, { programIds, active: asksActive, before })
  }
  if (isUnusable(events)) return events
  const { programs: programPages, vens, resources } = party
  return { kind: 'looked', pages: { programs: programPages, vens, resources, events }, asksActive }
}
