/** Thousands of simulated chargers in one process, speaking OCPP 1.6 or 2.0.1 over real sockets on one shared timer. */

import { HOUR_MS, naturalIntervalsWh, naturalWms } from './load-model.ts'
import type { Installed } from './ocpp/charging-profile.ts'
import { createDevice, type Device } from './ocpp/device.ts'
import { createStats, type FleetStats } from './stats.ts'
import { createTicks } from './ticks.ts'
import type { DeviceTraits, Mix } from './traits.ts'

export type FleetOptions = {
  /** How many. */
  devices: number
  seed: number
  /** Up to the station's id: `ws://127.0.0.1:9000/ocpp`; as a function it is asked at each connection. */
  url: string | ((id: string) => string)
  /** Simulated time; `rate` simulated seconds to a real one. */
  clock: { nowMs(): number; rate: number }
  mix?: Mix
  idOf?(index: number): string
  password: string | ((id: string) => string)
  /** Clock-aligned metering, simulated seconds. */
  alignedIntervalS?: number
  /** Real delay of an ordinary answer; a late one takes `lateAnswerMs`. */
  answerMs?: number
  lateAnswerMs?: number
  /** Handshakes under way at once. */
  maxConnecting?: number
}

export type Fleet = {
  /** Switches all chargers on: what they metered before is told to nobody. */
  start(): void
  /** Drops all sockets; resolves when they are closed. */
  stop(): Promise<void>
  stats(): FleetStats
  /** Wh from one instant to another, as metered (limits and all), whatever became of the register. */
  meterWh(id: string, startMs: number, endMs: number): number
  /** As the register would stand, did it never begin again. */
  registerWh(id: string, timeMs: number): number
  /** When its register begins again at 0; undefined = never. */
  resetMs(id: string): number | undefined
  /** Wh had no event limited the charger; exact for quarter hours at any time, and equal to `meterWh` where none did. */
  historyWh(id: string, startMs: number, endMs: number): number
  /** The same for `count` intervals in a row, much faster than one by one. */
  historyIntervalsWh(id: string, startMs: number, stepMs: number, count: number): number[]
  /** The profiles it means to follow, the standing one included. */
  profileOf(id: string): readonly Installed[]
  /** What limit its meter obeys at an instant, W; Infinity where none. */
  limitW(id: string, timeMs: number): number
  traitsOf(id: string): DeviceTraits
  ids(): string[]
  setOnline(id: string, online: boolean): void
}

const SCAN_EVERY_MS = 100

export function createFleet(options: FleetOptions): Fleet {
  const { devices: count, seed, clock, idOf = (index: number) => `charger-${index}` } = options
  const ticks = createTicks()
  const stats = createStats()
  const startMs = clock.nowMs()
  const ids = Array.from({ length: count }, (_, index) => idOf(index))
  const devices = new Map(ids.map((id) => [id, createDevice(options, id, startMs, stats, ticks)]))
  let scannedMs = 0
  let hasBegun = false

  function onTick(): void {
    if (performance.now() - scannedMs < SCAN_EVERY_MS) return
    scannedMs = performance.now()
    const nowMs = clock.nowMs()
    for (const device of devices.values()) device.onScan(nowMs)
  }

  function chargerOf(id: string): Device['charger'] {
    const device = devices.get(id)
    if (device === undefined) throw new RangeError(`no device ${id} in this fleet`)
    return device.charger
  }

  function ceilingW(id: string): number {
    const { standingLimitW, ratedW } = chargerOf(id).traits
    return standingLimitW ?? ratedW
  }

  const registerWh = (id: string, timeMs: number) => chargerOf(id).meter.registerWh(timeMs)
  return {
    start() {
      if (!hasBegun) for (const device of devices.values()) device.charger.begin(clock.nowMs())
      hasBegun = true
      ticks.start(onTick)
    },
    stop: () => stop(ticks, [...devices.values()]),
    stats: () => ({ ...stats }),
    meterWh: (id, fromMs, untilMs) => registerWh(id, untilMs) - registerWh(id, fromMs),
    registerWh,
    resetMs: (id) => chargerOf(id).resetMs,
    historyWh: (id, fromMs, untilMs) => Math.floor(naturalWms(seed, id, ceilingW(id), fromMs, untilMs) / HOUR_MS),
    historyIntervalsWh: (id, fromMs, stepMs, intervals) => naturalIntervalsWh(seed, id, ceilingW(id), fromMs, stepMs, intervals),
    profileOf: (id) => chargerOf(id).installed(),
    limitW: (id, timeMs) => chargerOf(id).meter.limitW(timeMs),
    traitsOf: (id) => chargerOf(id).traits,
    ids: () => ids,
    setOnline: (id, online) => devices.get(id)?.setOnline(online),
  }
}

async function stop(ticks: ReturnType<typeof createTicks>, devices: readonly Device[]): Promise<void> {
  ticks.stop()
  for (const device of devices) device.drop()
  while (devices.some((device) => !device.isIdle())) await new Promise((resolve) => setTimeout(resolve, 5))
}
