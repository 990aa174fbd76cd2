/** Many hundreds of simulated batteries, inverters and loads in one process, speaking IEEE 2030.5 over mutual TLS, on one shared timer. */
import type { Issued } from '../../../connectors/sep2/tls/authority.ts'
import { naturalIntervalsWh, naturalWms } from '../load-model.ts'
import { createTicks } from '../ticks.ts'
import { createDevice, type Device } from './device.ts'
import type { HeldControl, Reply } from './memory.ts'
import { createStats, type FleetStats } from './stats.ts'
import type { Mix, Traits } from './traits.ts'

export interface FleetOptions {
  /** How many. */
  readonly devices: number
  readonly seed: number
  /** Of the server, without a path. */
  readonly url: string
  /** PEM of the authority that signed the server. */
  readonly ca: string
  readonly certificateOf: (id: string) => Promise<Issued & { readonly lfdi: string }>
  /** Simulated time; `rate` simulated seconds to a real one. */
  readonly clock: { nowMs(): number; readonly rate: number }
  readonly mix?: Mix
  readonly idOf?: (index: number) => string
  /** Length of the intervals that are told, simulated seconds. */
  readonly postS?: number
  /** Clients that poll at once. */
  readonly maxVisiting?: number
}

export interface Fleet {
  /** Switches all devices on: what they metered before is told to nobody. */
  start(): void
  /** Breaks all connections; resolves when nothing is under way. */
  stop(): Promise<void>
  stats(): FleetStats
  /** Wh from one instant to another as metered, import less export, since the fleet was made. */
  meterWh(id: string, startMs: number, endMs: number): number
  /** The same, had no event limited the device; at any time. */
  historyWh(id: string, startMs: number, endMs: number): number
  /** The same for `count` intervals in a row, much faster than one by one. */
  historyIntervalsWh(id: string, startMs: number, stepMs: number, count: number): number[]
  /** How many have found their way about the server. */
  connected(): number
  /** Import is positive. */
  powerW(id: string, timeMs: number): number
  /** Up to where its meter was told, as the log has it: see `actualMs`. */
  toldMs(id: string): number
  /** When its meter is replaced by one that starts at 0; undefined = never. */
  resetMs(id: string): number | undefined
  /** The controls that it means to follow, those to come included. */
  heldBy(id: string): readonly HeldControl[]
  /** What it has told of controls, as the server took it, in order. */
  saidBy(id: string): readonly Reply[]
  traitsOf(id: string): Traits
  ids(): readonly string[]
  setOnline(id: string, online: boolean): void
}

const HOUR_MS = 3_600_000
export const MAX_VISITING = 50

export function createSep2Fleet(options: FleetOptions): Fleet {
  const { devices: count, seed, clock, idOf = (index: number) => `der-${index}` } = options
  const ticks = createTicks()
  const stats = createStats()
  const startMs = clock.nowMs()
  let hasBegun = false
  const devices = new Map(
    Array.from({ length: count }, (_, index) => [idOf(index), createDevice(options, idOf(index), startMs, stats)] as const),
  )

  function deviceOf(id: string): Device {
    const device = devices.get(id)
    if (!device) throw new RangeError(`no device ${id} in this fleet`)
    return device
  }
  const netWh = (id: string, timeMs: number): number => {
    const { importWh, exportWh } = deviceOf(id).meter.registers(timeMs)
    return importWh - exportWh
  }

  return {
    start() {
      const all = [...devices.values()]
      if (!hasBegun) for (const device of all) device.journal.begin(clock.nowMs() + device.traits.clockOffS * 1000)
      hasBegun = true
      let first = 0
      ticks.start(() => {
        const nowMs = clock.nowMs()
        // Whoever is looked at first gets what room there is for visits.
        for (let place = 0; place < all.length; place += 1) all[(first + place) % all.length]?.onScan(nowMs)
        first = (first + MAX_VISITING) % all.length
      })
    },
    async stop() {
      ticks.stop()
      await Promise.all([...devices.values()].map((device) => device.drop()))
    },
    stats: () => ({ ...stats }),
    meterWh: (id, fromMs, untilMs) => netWh(id, untilMs) - netWh(id, fromMs),
    historyWh(id, fromMs, untilMs) {
      const { kind, ratedW } = deviceOf(id).traits
      return (kind === 'inverter' ? -1 : 1) * Math.floor(naturalWms(seed, id, ratedW, fromMs, untilMs) / HOUR_MS)
    },
    historyIntervalsWh(id, fromMs, stepMs, intervals) {
      const { kind, ratedW } = deviceOf(id).traits
      const drawn = naturalIntervalsWh(seed, id, ratedW, fromMs, stepMs, intervals)
      return kind === 'inverter' ? drawn.map((wh) => -wh) : drawn
    },
    connected: () => [...devices.values()].filter((device) => device.isConnected()).length,
    powerW: (id, timeMs) => deviceOf(id).meter.powerW(timeMs),
    toldMs: (id) => deviceOf(id).journal.toldMs(),
    resetMs: (id) => deviceOf(id).resetMs,
    heldBy: (id) => deviceOf(id).held(),
    saidBy: (id) => deviceOf(id).said(),
    traitsOf: (id) => deviceOf(id).traits,
    ids: () => [...devices.keys()],
    setOnline: (id, online) => deviceOf(id).setOnline(online),
  }
}
