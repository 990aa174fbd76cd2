/** A simulated cloud in the shape of ecobee's for utilities: demand response for selections, runtime reports, refusals within HTTP 500. */
import { instantsOf } from '../../connectors/cloud/local-time.ts'
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

export interface EcobeeThermostat {
  readonly id: string
  readonly zone: string
  isConnected(): boolean
  mode(): 'heat' | 'cool' | 'auto' | 'off'
  /** Seconds of running in the five minutes from an instant, as the cloud shows them now; null: not reported (yet). */
  runtimeS(startMs: number): { readonly cool: number; readonly heat: number; readonly aux: number } | null
  /** `ignores`: takes the event and never runs it. */
  answering(): 'accepts' | 'ignores' | 'rejects'
  /** From its creation to its being at the thermostat, ms. */
  readonly deliveryMs: number
}

/** Demand response at one vendor account. */
export interface EcobeeEvent {
  readonly ref: string
  readonly name: string
  readonly comments: string
  readonly createdMs: number
  readonly startMs: number
  readonly endMs: number
  readonly ids: readonly string[]
  readonly event: Readonly<Record<string, unknown>>
  cancelledMs: number | undefined
  /** Thermostats that took it and do not run it. */
  readonly ignoring: ReadonlySet<string>
  /** Thermostats that went back to their program, and when. */
  readonly resumedMs: Map<string, number>
}

export interface EcobeeCloud extends VendorServer {
  readonly tokens: TokenServer
  readonly events: readonly EcobeeEvent[]
  readonly heldBack: HeldBack
  addEvent(event: Pick<EcobeeEvent, 'name' | 'startMs' | 'endMs' | 'ids' | 'event'>): void
  /** What a thermostat runs at an instant, newest last. */
  inForce(id: string, atMs: number): readonly EcobeeEvent[]
  /** A person at the thermostat ends what it runs. */
  override(id: string): void
}

export interface EcobeeOptions extends Pick<VendorOptions, 'clock' | 'quotas' | 'retryAfterS' | 'latencyMs'> {
  readonly thermostats: ReadonlyMap<string, EcobeeThermostat>
}

const DAY_MS = 86_400_000
const STEP_MS = 300_000
const LIST = 25
const ok = { code: 0, message: '' }

/** Refusals come as HTTP 500 with a status object. */
const refuse = (code: number, message: string): VendorResponse => ({ status: 500, json: { status: { code, message } } })

export async function startEcobee(options: EcobeeOptions): Promise<EcobeeCloud> {
  const { clock, thermostats } = options
  const tokens = createTokenServer({ clock })
  const events: EcobeeEvent[] = []
  const heldBack: HeldBack = { isOn: false, changes: [] }
  let serial = 0

  function add(
    event: Omit<EcobeeEvent, 'ref' | 'createdMs' | 'cancelledMs' | 'resumedMs' | 'comments' | 'ignoring'> & { readonly comments?: string },
  ): EcobeeEvent {
    serial += 1
    const whole = {
      comments: '',
      ...event,
      ref: `dr-ref-${serial}`,
      createdMs: clock.nowMs(),
      cancelledMs: undefined,
      ignoring: ignoringOf(event.ids),
      resumedMs: new Map(),
    }
    events.push(whole)
    return whole
  }

  const ignoringOf = (ids: readonly string[]) => new Set(ids.filter((id) => thermostats.get(id)?.answering() === 'ignores'))

  function idsOf(selection: { selectionMatch?: string } | undefined): readonly string[] {
    return (selection?.selectionMatch ?? '').split(',').filter((id) => id !== '')
  }

  function faultOfSelection(ids: readonly string[]): VendorResponse | undefined {
    if (ids.length === 0 || ids.length > LIST) return refuse(9, 'Invalid selection. Too many thermostats')
    const unknown = ids.filter((id) => !thermostats.has(id))
    return unknown.length > 0 ? refuse(6, `Update failed. Thermostat ${unknown[0]} is not registered`) : undefined
  }

  function issue(json: {
    selection: { selectionMatch: string }
    demandResponse: { comments: string; event: Record<string, unknown> }
  }): VendorResponse {
    const ids = idsOf(json.selection)
    const fault = faultOfSelection(ids)
    if (fault) return fault
    const { event, comments } = json.demandResponse
    const { name, type, startDate, startTime, endDate, endTime } = event as Record<string, string>
    if (!name || name.length > 12 || type !== 'demandResponse') return refuse(7, 'Serialization error. event.name')
    if (ids.some((id) => thermostats.get(id)?.answering() === 'rejects')) return refuse(10, 'Cannot process this event')
    // One selection may hold thermostats of several zones; its times mean each one's own clock. The tests keep to one.
    const zone = thermostats.get(ids[0] ?? '')?.zone ?? 'UTC'
    const [startMs = Number.NaN, endMs = Number.NaN] = instantsOf([`${startDate} ${startTime}`, `${endDate} ${endTime}`], zone)
    if (!(endMs > startMs)) return refuse(7, 'Serialization error. event dates')
    return { status: 200, json: { demandResponseRef: add({ name, comments, startMs, endMs, ids, event }).ref, status: ok } }
  }

  function cancel(ref: string): VendorResponse {
    const event = events.find((one) => one.ref === ref)
    if (!event) return refuse(4, 'Validation error. demandResponseRef')
    if (event.ids.some((id) => thermostats.get(id)?.answering() === 'rejects')) return refuse(10, 'Cannot process this event')
    event.cancelledMs ??= clock.nowMs()
    return { status: 200, json: { status: ok } }
  }

  function resume(ids: readonly string[]): VendorResponse {
    for (const id of ids) for (const event of inForce(id, clock.nowMs())) event.resumedMs.set(id, clock.nowMs())
    return { status: 200, json: { status: ok } }
  }

  function show(id: string): unknown {
    const thermostat = thermostats.get(id)
    const nowMs = clock.nowMs()
    const own = events.filter(
      ({ ids, endMs, cancelledMs, resumedMs }) => ids.includes(id) && endMs > nowMs && cancelledMs === undefined && !resumedMs.has(id),
    )
    return {
      identifier: id,
      runtime: { connected: thermostat?.isConnected() },
      settings: { hvacMode: thermostat?.mode() },
      events: own.map(({ name, ref, event, startMs, createdMs, ignoring }) => {
        const isRunning = nowMs >= Math.max(startMs, createdMs + (thermostat?.deliveryMs ?? 0)) && !ignoring.has(id)
        const { startDate, startTime, endDate, endTime, isOptional } = event
        return { type: 'demandResponse', name, running: isRunning, startDate, startTime, endDate, endTime, isOptional, linkRef: ref }
      }),
    }
  }

  function read(request: VendorRequest): VendorResponse {
    const ids = idsOf((JSON.parse(request.query.get('json') ?? '{}') as { selection?: { selectionMatch: string } }).selection)
    const known = ids.filter((id) => thermostats.has(id))
    return { status: 200, json: { page: { page: 1, totalPages: 1 }, thermostatList: known.map(show), status: ok } }
  }

  interface Report {
    readonly startDate: string
    readonly startInterval: number
    readonly endDate: string
    readonly endInterval: number
    readonly columns: string
    readonly selection: { selectionMatch: string }
  }

  function report(request: VendorRequest): VendorResponse {
    const asked = JSON.parse(request.query.get('body') ?? '{}') as Report
    const ids = idsOf(asked.selection)
    const fault = faultOfSelection(ids)
    const startMs = Date.parse(`${asked.startDate}T00:00:00Z`) + asked.startInterval * STEP_MS
    const lastMs = Date.parse(`${asked.endDate}T00:00:00Z`) + asked.endInterval * STEP_MS
    if (fault || lastMs - startMs > 31 * DAY_MS) return fault ?? refuse(4, 'Validation error. Report period')
    const reportList = ids.map((id) => {
      const rowList: string[] = []
      for (let atMs = startMs; atMs <= lastMs; atMs += STEP_MS) rowList.push(rowOf(id, atMs, asked.columns))
      return { thermostatIdentifier: id, rowCount: rowList.length, rowList }
    })
    return { status: 200, json: { ...asked, selection: undefined, reportList, status: ok } }
  }

  function rowOf(id: string, atMs: number, columns: string): string {
    const [date, time] = new Date(atMs).toISOString().slice(0, 19).split('T')
    const runtime = thermostats.get(id)?.runtimeS(atMs) ?? null
    const cells: Readonly<Record<string, number | undefined>> = {
      compCool1: runtime?.cool,
      compHeat1: runtime?.heat,
      auxHeat1: runtime?.aux,
    }
    return [date, time, ...columns.split(',').map((column) => cells[column] ?? '')].join(',')
  }

  function change(request: VendorRequest): VendorResponse {
    const json = JSON.parse(request.body) as { operation?: string } & Parameters<typeof issue>[0] & {
        demandResponse: { demandResponseRef?: string }
      }
    if (request.path === 'thermostat') return resume(idsOf(json.selection))
    return json.operation === 'cancel' ? cancel(json.demandResponse.demandResponseRef ?? '') : issue(json)
  }

  function handle(request: VendorRequest): VendorResponse {
    if (request.path === 'token') return tokens.handle(request)
    if (!tokens.knows(request)) return refuse(14, 'Authentication token has expired. Refresh your tokens.')
    if (request.method === 'POST') return change(request)
    if (request.path === 'thermostat') return read(request)
    return request.path === 'runtimeReport' ? report(request) : { status: 404 }
  }

  function inForce(id: string, atMs: number): readonly EcobeeEvent[] {
    const thermostat = thermostats.get(id)
    return events.filter(({ ids, startMs, endMs, createdMs, cancelledMs, resumedMs, ignoring }) => {
      const goneMs = Math.min(endMs, cancelledMs ?? endMs, resumedMs.get(id) ?? endMs)
      const fromMs = Math.max(startMs, createdMs + (thermostat?.deliveryMs ?? 0))
      return ids.includes(id) && !ignoring.has(id) && atMs >= fromMs && atMs < goneMs
    })
  }

  const server = await startVendor({
    ...options,
    handle: holdingBack(heldBack, ({ method, path }) => method === 'POST' && path !== 'token', handle),
  })
  return Object.assign(server, {
    tokens,
    events,
    heldBack,
    addEvent: (event: Parameters<typeof add>[0]) => void add(event),
    inForce,
    override: (id: string) => void resume([id]),
  })
}
