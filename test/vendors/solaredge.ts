/** A simulated cloud in the shape of SolarEdge's monitoring: quarter hours by the clock of the site, null in gaps, RFC 9457 for faults. */

import { localTime } from '../../connectors/cloud/local-time.ts'
import { dayStartMs, numberOfDay } from '../../processors/calendar/local-day.ts'
import { startVendor, type VendorOptions, type VendorRequest, type VendorResponse, type VendorServer } from './http.ts'

export interface SolaredgeSite {
  readonly id: string
  readonly zone: string
  /** Wh of the quarter hour from an instant, as the cloud shows it now; null: it has none (yet). */
  energyWh(startMs: number): number | null
}

export interface SolaredgeOptions extends Pick<VendorOptions, 'clock' | 'retryAfterS' | 'latencyMs'> {
  readonly sites: ReadonlyMap<string, SolaredgeSite>
  readonly apiKey?: string
  /** Calls a day, for the key and for each site; default 300. */
  readonly callsPerDay?: number
}

const DAY_MS = 86_400_000
const QUARTER_MS = 900_000
const SITES = 100

const problem = (status: number, title: string): VendorResponse => ({ status, json: { type: 'about:blank', title, status } })

export function startSolaredge(options: SolaredgeOptions): Promise<VendorServer> {
  const { sites, apiKey = 'api-key-1', callsPerDay = 300 } = options
  const quota = { calls: callsPerDay, windowMs: DAY_MS }

  function valuesOf(site: SolaredgeSite, query: URLSearchParams): readonly { date: string; value: number | null }[] {
    const values: { date: string; value: number | null }[] = []
    const firstMs = dayStartMs(numberOfDay(query.get('startDate') ?? ''), site.zone)
    const lastMs = dayStartMs(numberOfDay(query.get('endDate') ?? '') + 1, site.zone)
    for (let atMs = firstMs; atMs < lastMs; atMs += QUARTER_MS) {
      const { date, time } = localTime(atMs, site.zone)
      values.push({ date: `${date} ${time}`, value: site.energyWh(atMs) })
    }
    return values
  }

  const idsOf = ({ path }: VendorRequest): readonly string[] =>
    (/^sites?\/([^/]+)\/energy$/.exec(path)?.[1] ?? '').split(',').map(decodeURIComponent)

  function handle(request: VendorRequest): VendorResponse {
    const { query, path } = request
    if (query.get('api_key') !== apiKey) return problem(403, 'Forbidden')
    const ids = idsOf(request)
    const known = ids.flatMap((id) => sites.get(id) ?? [])
    if (known.length !== ids.length || ids.length > SITES) return problem(403, 'Forbidden: sites')
    if (query.get('timeUnit') !== 'QUARTER_OF_AN_HOUR') return problem(400, 'timeUnit')
    const head = { timeUnit: 'QUARTER_OF_AN_HOUR', unit: 'Wh' }
    const [first] = known
    if (path.startsWith('site/') && first)
      return { status: 200, json: { energy: { ...head, measuredBy: 'METER', values: valuesOf(first, query) } } }
    const siteEnergyList = known.map((site) => ({
      siteId: Number(site.id),
      energyValues: { measuredBy: 'METER', values: valuesOf(site, query) },
    }))
    return { status: 200, json: { sitesEnergy: { ...head, count: known.length, siteEnergyList } } }
  }

  return startVendor({ ...options, handle, quotas: [quota], subjectsOf: idsOf, subjectQuota: quota })
}
