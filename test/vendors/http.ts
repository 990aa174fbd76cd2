/** The HTTP side of a simulated vendor cloud: real sockets, quotas that it enforces, and all the ways in which a cloud fails. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface VendorRequest {
  readonly method: string
  /** Without query, below the base address. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface VendorResponse {
  readonly status: number
  readonly json?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** `hangs`: takes the call, acts on it, and never answers; `deaf`: takes it and does nothing; `html`: a proxy's page, unheard; `errors`: 500 with no body. */
export type Mood = 'well' | 'hangs' | 'deaf' | 'html' | 'errors' | 'throttles'

export interface Quota {
  readonly calls: number
  readonly windowMs: number
}

export interface VendorOptions {
  readonly clock: { nowMs(): number }
  /** undefined: no answer ever comes. */
  readonly handle: (request: VendorRequest) => VendorResponse | undefined
  /** Of all calls. */
  readonly quotas?: readonly Quota[]
  /** What counts by itself, such as a site. */
  readonly subjectsOf?: (request: VendorRequest) => readonly string[]
  readonly subjectQuota?: Quota
  /** With 429, seconds; undefined: none is said. */
  readonly retryAfterS?: number
  readonly latencyMs?: number
}

/** Changes that a test holds back: each call is taken, never answered, and carried out when the test calls it. */
export interface HeldBack {
  isOn: boolean
  readonly changes: (() => void)[]
}

/** Answers by `handle`, but for changes while they are held back. */
export function holdingBack(
  heldBack: HeldBack,
  isChange: (request: VendorRequest) => boolean,
  handle: (request: VendorRequest) => VendorResponse,
): (request: VendorRequest) => VendorResponse | undefined {
  return (request) => {
    if (!heldBack.isOn || !isChange(request)) return handle(request)
    heldBack.changes.push(() => void handle(request))
    return undefined
  }
}

export interface Call extends VendorRequest {
  readonly atMs: number
  readonly status: number
}

export interface VendorServer {
  readonly baseUrl: string
  readonly calls: readonly Call[]
  mood: Mood
  /** Calls are answered by this mood, each once, before `mood` counts again. */
  readonly moods: Mood[]
  /** Calls that are being answered. */
  open(): number
  start(): Promise<void>
  /** Nobody listens any more; open calls break. */
  stop(): Promise<void>
}

export async function startVendor(options: VendorOptions): Promise<VendorServer> {
  const calls: Call[] = []
  const state = { mood: 'well' as Mood, moods: [] as Mood[], open: 0 }
  const counts = new Map<string, number[]>()
  let server: Server | undefined
  let port = 0

  /** Exact: the instants of all calls of the last window. An implementation of its own, to find fault with that of the connector. */
  function isOver(subject: string, { calls: most, windowMs }: Quota, nowMs: number): boolean {
    const recent = (counts.get(subject) ?? []).filter((atMs) => atMs > nowMs - windowMs)
    counts.set(subject, recent)
    return recent.length >= most
  }

  function isThrottled(request: VendorRequest, nowMs: number): boolean {
    const { quotas = [], subjectsOf, subjectQuota } = options
    const own = quotas.some((quota, index) => isOver(`#${index}`, quota, nowMs))
    const subjects = subjectQuota ? (subjectsOf?.(request) ?? []) : []
    const theirs = subjects.some((subject) => subjectQuota && isOver(subject, subjectQuota, nowMs))
    if (own || theirs) return true
    for (const subject of [...quotas.map((_, index) => `#${index}`), ...subjects])
      counts.set(subject, [...(counts.get(subject) ?? []), nowMs])
    return false
  }

  function answerOf(request: VendorRequest, mood: Mood): VendorResponse | 'html' | undefined {
    const nowMs = options.clock.nowMs()
    const retry: Readonly<Record<string, string>> = options.retryAfterS === undefined ? {} : { 'retry-after': String(options.retryAfterS) }
    if (mood === 'html') return 'html'
    if (mood === 'deaf') return undefined
    if (mood === 'errors') return { status: 500 }
    if (mood === 'throttles' || isThrottled(request, nowMs)) return { status: 429, json: { message: 'Too many requests' }, headers: retry }
    return options.handle(request)
  }

  async function onRequest(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    state.open += 1
    outgoing.on('close', () => {
      state.open -= 1
    })
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const url = new URL(incoming.url ?? '/', 'http://vendor')
    const body = Buffer.concat(chunks).toString('utf8')
    const { method = 'GET', headers } = incoming
    const request = { method, path: url.pathname.slice(1), query: url.searchParams, headers, body }
    const mood = state.moods.shift() ?? state.mood
    const answer = answerOf(request, mood)
    calls.push({ ...request, atMs: options.clock.nowMs(), status: typeof answer === 'object' ? answer.status : 0 })
    if (!answer || mood === 'hangs') return
    if (options.latencyMs) await new Promise((resolve) => setTimeout(resolve, options.latencyMs))
    send(outgoing, answer)
  }

  async function start(): Promise<void> {
    if (server) return
    const fresh = createServer((incoming, outgoing) => void onRequest(incoming, outgoing).catch(() => outgoing.destroy()))
    server = fresh
    await new Promise<void>((resolve, reject) => fresh.once('error', reject).listen(port, '127.0.0.1', resolve))
    port = (fresh.address() as AddressInfo).port
    fresh.unref()
  }

  await start()
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    calls,
    get mood() {
      return state.mood
    },
    set mood(next) {
      state.mood = next
    },
    moods: state.moods,
    open: () => state.open,
    start,
    async stop() {
      const stopping = server
      server = undefined
      if (!stopping) return
      const stopped = new Promise((resolve) => stopping.close(resolve))
      stopping.closeAllConnections()
      await stopped
    },
  }
}

function send(outgoing: ServerResponse, answer: VendorResponse | 'html'): void {
  if (outgoing.destroyed) return
  if (answer === 'html') {
    outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><html><body>Please log in to the network</body></html>')
    return
  }
  const { status, json, headers = {} } = answer
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers })
  outgoing.end(json === undefined ? undefined : JSON.stringify(json))
}
