/** A simulated cloud in the shape of Enphase: systems with telemetry by epoch seconds, and grid services events for lists of sites. */
import {
  type HeldBack,
  holdingBack,
  startVendor,
  type VendorOptions,
  type VendorRequest,
  type VendorResponse,
  type VendorServer,
} from './http.ts'
import { createTokenServer, type TokenServer } from './tokens.ts'

export interface EnphaseSite {
  readonly id: string
  isConnected(): boolean
  /** Wh of the interval that ends at an instant, as the cloud shows it now; null: it has no report (yet). */
  energyWh(stream: string, endMs: number, stepMs: number): { readonly [field: string]: number } | null
  /** How the site takes an event: `ignores` says Scheduled for ever. */
  answering(): 'accepts' | 'ignores' | 'rejects' | 'fails'
  /** From its creation to its being at the site, ms. */
  readonly deliveryMs: number
}

export interface EnphaseEvent {
  readonly id: string
  readonly name: string
  readonly createdMs: number
  readonly startMs: number
  readonly endMs: number
  readonly siteIds: readonly string[]
  readonly body: Readonly<Record<string, unknown>>
  cancelledMs: number | undefined
  /** Sites that took it and do not follow it. */
  readonly ignoring: ReadonlySet<string>
  /** Sites whose owners left it, and when. */
  readonly leftMs: Map<string, number>
}

export interface EnphaseCloud extends VendorServer {
  readonly tokens: TokenServer
  readonly events: readonly EnphaseEvent[]
  /** Runs an event that somebody else made. */
  addEvent(event: Pick<EnphaseEvent, 'name' | 'startMs' | 'endMs' | 'siteIds' | 'body'>): void
  /** What a site has at an instant, newest last. */
  inForce(siteId: string, atMs: number): readonly EnphaseEvent[]
  /** The owner of a site leaves what runs there. */
  leave(siteId: string): void
  readonly heldBack: HeldBack
}

export interface EnphaseOptions extends Pick<VendorOptions, 'clock' | 'quotas' | 'retryAfterS' | 'latencyMs'> {
  readonly sites: ReadonlyMap<string, EnphaseSite>
}

const DAY_MS = 86_400_000

export async function startEnphase(options: EnphaseOptions): Promise<EnphaseCloud> {
  const { clock, sites } = options
  const tokens = createTokenServer({ clock })
  const events: EnphaseEvent[] = []
  const heldBack: HeldBack = { isOn: false, changes: [] }
  let serial = 0

  function add(event: Pick<EnphaseEvent, 'name' | 'startMs' | 'endMs' | 'siteIds' | 'body'>): EnphaseEvent {
    serial += 1
    const whole: EnphaseEvent = {
      ...event,
      id: `ev-${serial}`,
      createdMs: clock.nowMs(),
      cancelledMs: undefined,
      ignoring: ignoringOf(event.siteIds),
      leftMs: new Map(),
    }
    events.push(whole)
    return whole
  }

  const ignoringOf = (siteIds: readonly string[]) => new Set(siteIds.filter((id) => sites.get(id)?.answering() === 'ignores'))

  function create(request: VendorRequest): VendorResponse {
    const { name, site_ids, start_time, end_time, ...body } = JSON.parse(request.body) as Record<string, unknown> & { site_ids: string[] }
    const [startMs, endMs] = [Number(start_time) * 1000, Number(end_time) * 1000]
    if (endMs - startMs > 300 * 60_000 || startMs > clock.nowMs() + 7 * DAY_MS)
      return { status: 422, json: { message: 'duration or start' } }
    const unknown = site_ids.filter((id) => !sites.has(id))
    if (unknown.length > 0) return { status: 404, json: { message: `unknown site ${unknown.join(', ')}` } }
    const taken = site_ids.filter((id) => sites.get(id)?.answering() !== 'rejects')
    if (taken.length === 0 && site_ids.length === 1) return { status: 422, json: { message: 'the site is not eligible' } }
    const event = add({ name: String(name), startMs, endMs, siteIds: taken, body })
    const answers = site_ids.map((site_id) => ({ site_id, status: taken.includes(site_id) ? 'accepted' : 'rejected' }))
    return { status: 201, json: { event_id: event.id, status: 'scheduled', sites: answers } }
  }

  function deliveryOf(event: EnphaseEvent, siteId: string): string {
    const site = sites.get(siteId)
    if (event.leftMs.has(siteId)) return 'Cancelled'
    if (!site || event.ignoring.has(siteId) || !site.isConnected()) return 'Scheduled'
    if (site.answering() === 'fails') return 'Failed'
    return clock.nowMs() >= event.createdMs + site.deliveryMs ? 'Delivered' : 'Scheduled'
  }

  function statusOf({ cancelledMs, startMs, endMs }: EnphaseEvent): string {
    const nowMs = clock.nowMs()
    if (cancelledMs !== undefined) return 'cancelled'
    if (nowMs < startMs) return 'scheduled'
    return nowMs < endMs ? 'in_progress' : 'completed'
  }

  function list({ query }: VendorRequest): VendorResponse {
    const asked = (query.get('site_ids') ?? '').split(',').filter((id) => sites.has(id))
    const own = events.filter(({ siteIds, endMs }) => endMs > clock.nowMs() - DAY_MS && siteIds.some((id) => asked.includes(id)))
    const shown = own.map((event) => ({
      ...{ event_id: event.id, name: event.name, status: statusOf(event) },
      ...{ start_time: event.startMs / 1000, end_time: event.endMs / 1000 },
      sites: event.siteIds.map((site_id) => ({ site_id, command_delivery_status: deliveryOf(event, site_id), failure_code: null })),
    }))
    return {
      status: 200,
      json: { events: shown, sites: asked.map((site_id) => ({ site_id, connected: sites.get(site_id)?.isConnected() })) },
    }
  }

  function cancel(id: string): VendorResponse {
    const event = events.find((one) => one.id === id)
    if (!event) return { status: 404, json: { message: 'no such event' } }
    if (event.siteIds.some((siteId) => sites.get(siteId)?.answering() === 'rejects')) return { status: 409, json: { message: 'not now' } }
    event.cancelledMs ??= clock.nowMs()
    return { status: 200, json: { event_id: id, status: 'cancelled' } }
  }

  function telemetry(siteId: string, stream: string, query: URLSearchParams): VendorResponse {
    const site = sites.get(siteId)
    if (!site) return { status: 404, json: { message: 'system not found' } }
    const stepMs = stream === 'production_micro' ? 300_000 : 900_000
    const startMs = Number(query.get('start_at')) * 1000
    const untilMs = Math.min(clock.nowMs(), startMs + (query.get('granularity') === 'week' ? 7 : 1) * DAY_MS)
    const intervals: Record<string, unknown>[] = []
    for (let endMs = startMs + stepMs; endMs <= untilMs; endMs += stepMs) {
      const energy = site.energyWh(stream, endMs, stepMs)
      if (energy) intervals.push(intervalOf(stream, endMs / 1000, energy))
    }
    return {
      status: 200,
      json: { system_id: siteId, granularity: query.get('granularity'), total_devices: 1, items: 'intervals', intervals },
    }
  }

  function handle(request: VendorRequest): VendorResponse {
    const [version, what, id = '', , stream = ''] = request.path.split('/')
    if (request.path === 'token') return tokens.handle(request)
    if (!tokens.knows(request)) return { status: 401, json: { message: 'Not authorized' } }
    if (version === 'v4' && what === 'systems') return telemetry(id, stream, request.query)
    if (request.path === 'v2/events' && request.method === 'GET') return list(request)
    if (request.path === 'v2/events' && request.method === 'POST') return create(request)
    if (what === 'events' && request.method === 'DELETE') return cancel(id)
    return { status: 404, json: { message: 'no such resource' } }
  }

  const server = await startVendor({
    ...options,
    handle: holdingBack(heldBack, ({ method, path }) => path.startsWith('v2/events') && method !== 'GET', handle),
  })
  return Object.assign(server, {
    tokens,
    events,
    heldBack,
    addEvent: (event: Parameters<typeof add>[0]) => void add(event),
    inForce: (siteId: string, atMs: number) => events.filter((event) => isInForce(event, siteId, atMs)),
    leave(siteId: string) {
      for (const event of events) if (isInForce(event, siteId, clock.nowMs())) event.leftMs.set(siteId, clock.nowMs())
    },
  })

  function isInForce(
    { startMs, endMs, siteIds, cancelledMs, leftMs, createdMs, ignoring }: EnphaseEvent,
    siteId: string,
    atMs: number,
  ): boolean {
    const site = sites.get(siteId)
    const deliveredMs = createdMs + (site?.deliveryMs ?? 0)
    const goneMs = Math.min(endMs, cancelledMs ?? endMs, leftMs.get(siteId) ?? endMs)
    return siteIds.includes(siteId) && !ignoring.has(siteId) && atMs >= Math.max(startMs, deliveredMs) && atMs < goneMs
  }
}

function intervalOf(stream: string, end_at: number, energy: Readonly<Record<string, number>>): Record<string, unknown> {
  if (stream === 'battery')
    return {
      end_at,
      charge: { enwh: energy.charge, devices_reporting: 1 },
      discharge: { enwh: energy.discharge, devices_reporting: 1 },
      soc: { percent: 50 },
    }
  return stream === 'production_micro'
    ? { end_at, devices_reporting: 1, powr: 0, enwh: energy.wh }
    : { end_at, devices_reporting: 1, wh_del: energy.wh }
}
