/** A simulated cloud in the shape of Resideo's: thermostats whose set-points change at once, and a webhook that tells what people did. */
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

export interface ResideoValues {
  readonly mode: 'Heat' | 'Cool' | 'Auto' | 'Off'
  readonly heatSetpoint: number
  readonly coolSetpoint: number
  readonly thermostatSetpointStatus: 'NoHold' | 'TemporaryHold' | 'HoldUntil' | 'PermanentHold'
}

export interface ResideoThermostat {
  readonly id: string
  readonly units: 'Fahrenheit' | 'Celsius'
  values: ResideoValues
  /** What it was set to over time, oldest first. */
  readonly history: { readonly atMs: number; readonly values: ResideoValues; readonly by: 'api' | 'person' }[]
  isAlive(): boolean
  answering(): 'accepts' | 'ignores' | 'rejects'
}

export interface ResideoCloud extends VendorServer {
  readonly tokens: TokenServer
  readonly heldBack: HeldBack
  /** A person turns the dial. */
  turn(id: string, values: Partial<ResideoValues>): void
  /** The thermostat as the API shows it. */
  show(id: string): unknown
}

export interface ResideoOptions extends Pick<VendorOptions, 'clock' | 'quotas' | 'retryAfterS' | 'latencyMs'> {
  readonly thermostats: ReadonlyMap<string, ResideoThermostat>
}

export async function startResideo(options: ResideoOptions): Promise<ResideoCloud> {
  const { clock, thermostats } = options
  const tokens = createTokenServer({ clock })
  const heldBack: HeldBack = { isOn: false, changes: [] }

  function set(thermostat: ResideoThermostat, values: ResideoValues, by: 'api' | 'person'): void {
    thermostat.values = values
    thermostat.history.push({ atMs: clock.nowMs(), values, by })
  }

  function show(id: string): unknown {
    const thermostat = thermostats.get(id)
    if (!thermostat) return undefined
    const { units, values } = thermostat
    return {
      deviceID: id,
      isAlive: thermostat.isAlive(),
      units,
      indoorTemperature: 70,
      changeableValues: values,
      operationStatus: { mode: 'EquipmentOff' },
    }
  }

  function change(thermostat: ResideoThermostat, body: string): VendorResponse {
    const asked = JSON.parse(body) as Partial<ResideoValues>
    if (thermostat.answering() === 'rejects') return { status: 400, json: { code: 400, message: 'Device refused' } }
    // Set-points are rejected outside of the matching mode.
    const isRestoring = asked.thermostatSetpointStatus === 'NoHold'
    if (!isRestoring && asked.mode !== undefined && asked.mode !== thermostat.values.mode)
      return { status: 400, json: { code: 400, message: 'mode does not match' } }
    if (thermostat.answering() === 'accepts') set(thermostat, { ...thermostat.values, ...asked }, 'api')
    return { status: 200, json: {} }
  }

  function handle(request: VendorRequest): VendorResponse {
    if (request.path === 'token') return tokens.handle(request)
    if (!tokens.knows(request) || request.query.get('apikey') !== 'api-key-1') return { status: 401, json: { message: 'Unauthorized' } }
    const [, id = ''] = /^v2\/devices\/thermostats\/([^/]+)$/.exec(request.path) ?? []
    const thermostat = thermostats.get(decodeURIComponent(id))
    if (!thermostat || !request.query.get('locationId')) return { status: 404, json: { message: 'no such device' } }
    return request.method === 'POST' ? change(thermostat, request.body) : { status: 200, json: show(thermostat.id) }
  }

  const server = await startVendor({
    ...options,
    handle: holdingBack(heldBack, ({ method, path }) => method === 'POST' && path !== 'token', handle),
  })
  return Object.assign(server, {
    tokens,
    heldBack,
    show,
    turn(id: string, values: Partial<ResideoValues>) {
      const thermostat = thermostats.get(id)
      if (thermostat) set(thermostat, { ...thermostat.values, ...values }, 'person')
    },
  })
}
