/** Answers the searches and the operations on objects of a test VTN. */
import type { Revision } from '../../gateway/openadr3/revision.ts'
import type { Kind, Objects, Stored } from './store.ts'

export interface Asked {
  readonly method: string
  /** Below the base, without parameters. */
  readonly path: string
  readonly query: URLSearchParams
  readonly body: unknown
}

export interface Given {
  readonly status: number
  readonly json?: unknown
  /** Object that was created, changed or deleted. */
  readonly touched?: { readonly operation: 'CREATE' | 'UPDATE' | 'DELETE'; readonly object: Stored }
}

export interface RouteOptions {
  readonly revision: Revision
  readonly objects: Objects
  /** False: the parameter `active` is refused, as some VTNs do. */
  readonly knowsActive: boolean
}

const kinds: readonly Kind[] = ['programs', 'events', 'vens', 'resources', 'reports', 'subscriptions']
const filters = ['programID', 'eventID', 'clientName', 'venName', 'resourceName', 'venID']

const problem = (status: number, title: string, detail = ''): Given => ({ status, json: { type: 'about:blank', status, title, detail } })

function search(kind: Kind, query: URLSearchParams, { objects }: RouteOptions): Given {
  const wanted = filters.filter((name) => query.has(name))
  const found = objects.all(kind).filter((object) => wanted.every((name) => object[name] === query.get(name)))
  const current = query.get('active') === 'true' ? found.filter(({ eventName }) => eventName !== 'transpired') : found
  const skip = Number(query.get('skip') ?? 0)
  return { status: 200, json: current.slice(skip, skip + Number(query.get('limit') ?? 50)) }
}

const names: Readonly<Partial<Record<Kind, string>>> = { vens: 'venName', resources: 'resourceName', reports: 'reportName' }

/** Names are unique among their kind, reports' among those of their event. */
function taken(kind: Kind, body: Readonly<Record<string, unknown>>, objects: Objects): boolean {
  const name = names[kind]
  if (!name) return false
  return objects.all(kind).some((one) => one[name] === body[name] && (kind !== 'reports' || one.eventID === body.eventID))
}

function create(kind: Kind, body: Readonly<Record<string, unknown>>, { objects }: RouteOptions): Given {
  if (taken(kind, body, objects)) return problem(409, 'Conflict', `${names[kind]} is taken`)
  if (kind === 'reports' && !objects.find('events', String(body.eventID))) return problem(404, 'Not Found', 'eventID')
  const object = objects.create(kind, body)
  return { status: 201, json: object, touched: { operation: 'CREATE', object } }
}

function onObject(method: string, kind: Kind, id: string, body: object, { objects }: RouteOptions): Given {
  const found = objects.find(kind, id)
  if (!found) return problem(404, 'Not Found')
  if (method === 'GET') return { status: 200, json: found }
  if (method === 'PUT') {
    const object = objects.replace(kind, id, body) ?? found
    return { status: 200, json: object, touched: { operation: 'UPDATE', object } }
  }
  objects.remove(kind, id)
  return { status: 200, json: found, touched: { operation: 'DELETE', object: found } }
}

export function answer({ method, path, query, body }: Asked, options: RouteOptions): Given {
  const [root = '', id, nested, nestedId] = path.split('/')
  const under = nested === 'resources' && options.revision === '3.0'
  const kind = (under ? 'resources' : root) as Kind
  if (!kinds.includes(kind) || (kind === 'resources' && !under && options.revision === '3.0')) return problem(404, 'Not Found', path)
  if (query.has('active') && !options.knowsActive) return problem(400, 'Bad Request', 'unknown parameter active')
  if (under) query.set('venID', id ?? '')
  const sent = { ...(body as object), ...(under ? { venID: id } : {}) }
  const objectId = under ? nestedId : id
  if (objectId !== undefined) return onObject(method, kind, objectId, sent, options)
  return method === 'GET' ? search(kind, query, options) : create(kind, sent, options)
}
