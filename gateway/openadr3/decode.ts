/** Reads the recorded answers of a poll as the objects of OpenADR 3. */
import type { z } from 'zod'
import { type Event, type EventIdentity, event, eventIdentity } from './model/event.ts'
import { type Program, program, type ResourceObject, resource, type VenObject, ven } from './model/party.ts'
import type { Part } from './snapshot.ts'
import { WireFault } from './wire-fault.ts'

/** An event that could be read, or which one could not, and why. */
export type ReadEvent = { readonly event: Event } | { readonly identity: EventIdentity; readonly fault: string }

/** What the VTN showed. */
export interface Shown {
  readonly programs: readonly Program[]
  readonly vens: readonly VenObject[]
  readonly resources: readonly ResourceObject[]
  readonly events: readonly ReadEvent[]
  /** The name that we ask for our VEN by; empty where we did not ask. */
  readonly venName: string
}

/** Throws a WireFault unless the body is a JSON array, as every search answers. */
export function decodeList({ path, body }: Pick<Part, 'path' | 'body'>): readonly unknown[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (error) {
    throw new WireFault(path, `is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (!Array.isArray(parsed)) throw new WireFault(path, 'is not a list')
  return parsed
}

/** undefined: the body is not JSON. */
export function decodeObject(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return undefined
  }
}

/** `intervals[0].id: expected number`, for the first thing that is wrong. */
function issueOf(error: z.ZodError): string {
  const [issue] = error.issues
  const place = (issue?.path ?? []).map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')
  return `${place.replace(/^\./, '') || 'event'}: ${issue?.message ?? 'is not sound'}`
}

/** Throws a WireFault for an event that nobody can name: then nothing can be said of what is in force. */
export function decodeEvent(json: unknown, place: string): ReadEvent {
  const read = event.safeParse(json)
  if (read.success) return { event: read.data }
  const identity = eventIdentity.safeParse(json)
  if (!identity.success) throw new WireFault(place, issueOf(identity.error))
  return { identity: identity.data, fault: issueOf(read.error) }
}

/** Objects that cannot be read are left out: what refers to them is refused by name. */
const sound = <S extends z.ZodType>(schema: S, parts: readonly Part[]): readonly z.infer<S>[] =>
  parts.flatMap(decodeList).flatMap((json) => {
    const read = schema.safeParse(json)
    return read.success ? [read.data] : []
  })

const kindOf = ({ path }: Part): string => {
  const [route = ''] = path.split('?')
  return route.endsWith('/resources') ? 'resources' : route
}

/** Throws a WireFault where a list is none, or an event has no id. The same event twice, as between two pages, is taken once. */
export function decodeParts(parts: readonly Part[]): Shown {
  const of = (kind: string): readonly Part[] => parts.filter((part) => kindOf(part) === kind)
  const events = new Map<string, ReadEvent>()
  for (const part of of('events'))
    for (const [index, json] of decodeList(part).entries()) {
      const read = decodeEvent(json, `${part.path}[${index}]`)
      events.set('event' in read ? read.event.id : read.identity.id, read)
    }
  const asked = of('vens')[0]?.path.split('?')[1]
  return {
    programs: sound(program, of('programs')),
    vens: sound(ven, of('vens')),
    resources: sound(resource, of('resources')),
    events: [...events.values()],
    venName: new URLSearchParams(asked).get('venName') ?? '',
  }
}
