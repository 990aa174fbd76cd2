/** A VTN of OpenADR 3.0 or 3.1 for tests: real HTTP, tokens, paging, webhooks, and misbehaviour on demand. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Revision } from '../../gateway/openadr3/revision.ts'
import { type Contract, contractOf } from './contract.ts'
import { answerNotifiers, type Publishing, publish } from './notifiers.ts'
import { answer, type Given } from './routes.ts'
import { createObjects, type Objects } from './store.ts'
import { createTokenDesk, type TokenDesk } from './tokens.ts'
import { notify } from './webhooks.ts'

export type Misbehaviour =
  | 'hang'
  | 'break off'
  /** An answer that begins well and never ends: a byte now and then. */
  | 'trickle'
  /** Does what is asked, and breaks off instead of saying so. */
  | 'do, then break off'
  | { readonly status: number; readonly body: string; readonly contentType?: string; readonly headers?: Readonly<Record<string, string>> }

export interface VtnOptions {
  readonly revision: Revision
  readonly nowMs: () => number
  /** undefined: everybody may come in. */
  readonly credentials?: { readonly clientId: string; readonly clientSecret: string }
  /** Life of a token, seconds of `nowMs`. */
  readonly tokenS?: number
  readonly knowsActive?: boolean
  /** False: subscriptions are taken and never called, as of some VTNs. */
  readonly callsBack?: boolean
  /** undefined: no MQTT. */
  readonly publishing?: Publishing
}

export interface Heard {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly body: unknown
  readonly status: number
}

export interface Vtn {
  /** Base of the API. */
  readonly url: string
  readonly objects: Objects
  readonly tokens: TokenDesk
  requests(): readonly Heard[]
  /** What the public document of the revision does not allow of what was asked. */
  violations(): readonly string[]
  /** What it does not allow of what was answered, misbehaviour apart. */
  oddAnswers(): readonly string[]
  /** The next `times` requests whose path, or method and path, start so get this instead of an answer. */
  misbehave(pathStart: string, how: Misbehaviour, times?: number): void
  behave(): void
  /** `act` happens once between the answer to the next request whose method, path and query match, and whatever is asked after it. */
  onceAnswered(request: RegExp, act: () => void): void
  stop(): Promise<void>
}

async function bodyOf(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  if (text === '') return undefined
  const form = incoming.headers['content-type']?.startsWith('application/x-www-form-urlencoded')
  return form ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text)
}

/** openadr3.yaml has problems under this type, too; those of type application/problem+json come by `misbehave`. */
const TYPE = 'application/json'

const give = (outgoing: ServerResponse, { status, json }: Given): void =>
  void outgoing.writeHead(status, { 'content-type': TYPE }).end(JSON.stringify(json))

const TRICKLE_MS = 20

function trickle(outgoing: ServerResponse): void {
  outgoing.writeHead(200, { 'content-type': TYPE })
  const timer = setInterval(() => outgoing.write(' '), TRICKLE_MS)
  outgoing.on('close', () => clearInterval(timer))
}

function misbehaveSo(how: Misbehaviour, outgoing: ServerResponse): void {
  if (how === 'break off' || how === 'do, then break off') outgoing.destroy()
  else if (how === 'trickle') trickle(outgoing)
  else if (how !== 'hang')
    outgoing.writeHead(how.status, { 'content-type': how.contentType ?? 'application/json', ...how.headers }).end(how.body)
}

const BASE = '/openadr3/'

export async function startVtn(options: VtnOptions): Promise<Vtn> {
  const { revision, nowMs, credentials, tokenS = 3600, knowsActive = true, callsBack = true, publishing } = options
  const objects = createObjects(revision, nowMs)
  const tokens = createTokenDesk({ nowMs, credentials, tokenS })
  const contract: Contract = contractOf(revision)
  const heard: Heard[] = []
  const violations: string[] = []
  const oddAnswers: string[] = []
  const plans: { pathStart: string; how: Misbehaviour; times: number }[] = []
  const acts: { request: RegExp; act: () => void }[] = []

  function actAfter(request: string): void {
    const index = acts.findIndex((planned) => planned.request.test(request))
    if (index >= 0) acts.splice(index, 1)[0]?.act()
  }

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse, base: string): Promise<void> {
    const url = new URL(incoming.url ?? '/', base)
    const method = incoming.method ?? 'GET'
    const path = url.pathname.startsWith(BASE) ? url.pathname.slice(BASE.length) : url.pathname
    const body = await bodyOf(incoming)
    const note = (status: number): void => void heard.push({ method, path, query: url.search, body, status })
    violations.push(...contract.request({ method, path, query: url.searchParams, body }))
    const plan = plans.find(
      ({ pathStart, times }) => times > 0 && (path.startsWith(pathStart) || `${method} ${path}`.startsWith(pathStart)),
    )
    if (plan) {
      plan.times -= 1
      if (plan.how === 'do, then break off') answer({ method, path, query: url.searchParams, body }, { revision, objects, knowsActive })
      note(typeof plan.how === 'string' ? 0 : plan.how.status)
      return misbehaveSo(plan.how, outgoing)
    }
    const given =
      tokens.answer({ revision, base, method, path, body }) ??
      (tokens.admits(incoming.headers.authorization)
        ? (answerNotifiers(path, publishing) ?? answer({ method, path, query: url.searchParams, body }, { revision, objects, knowsActive }))
        : { status: 401, json: { type: 'about:blank', status: 401, title: 'Unauthorized' } })
    note(given.status)
    actAfter(`${method} ${path}${url.search}`)
    oddAnswers.push(...contract.answer({ method, path, status: given.status, contentType: TYPE, body: given.json }))
    give(outgoing, given)
    if (given.touched && publishing) publish(publishing, given.touched)
    if (given.touched && callsBack) await notify(objects, revision, given.touched)
  }

  let base = ''
  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing, base).catch((error) => outgoing.writeHead(500).end(String(error)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}${BASE}`
  return {
    url: base,
    objects,
    tokens,
    requests: () => heard,
    violations: () => violations,
    oddAnswers: () => oddAnswers,
    misbehave: (pathStart, how, times = 1) => void plans.push({ pathStart, how, times }),
    behave: () => void plans.splice(0),
    onceAnswered: (request, act) => void acts.push({ request, act }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
