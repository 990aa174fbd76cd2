/** Starts a process with stations, and has them send. */
import { eventually } from '../../support/eventually.ts'
import { startScript } from './script.ts'
import type { Stage } from './stage.ts'

export interface StationsOrders {
  readonly url: string
  /** Of `fleetOf`: too many ids for an argument. */
  readonly fleet: string
  readonly size: number
}

export type StationsReport = { readonly event: 'connected' | 'answered' | 'lost' }

export interface Stations {
  /** Real time from the start of the process until each had an answer, ms. */
  readonly connectedMs: number
  /** Each station sends `count` MeterValues, a minute apart in their own time, the last of `untilMs`; resolves when all are answered. */
  send(values: { readonly count: number; readonly untilMs: number }): Promise<void>
  /** Connections that broke. */
  lost(): number
  stop(): Promise<void>
}

const LIMIT_MS = 300_000

/** Resolves when all are connected. */
export async function startStations(stage: Stage, orders: StationsOrders): Promise<Stations> {
  const seen = { connected: 0, answered: 0, lost: 0 }
  const startMs = performance.now()
  const script = startScript(stage, new URL('./stations-main.ts', import.meta.url), orders, (line) => {
    seen[(line as StationsReport).event] += 1
  })
  await eventually('the stations to connect', () => seen.connected > 0, LIMIT_MS)
  return {
    connectedMs: performance.now() - startMs,
    async send(values) {
      const before = seen.answered
      script.tell(values)
      await eventually('the answers', () => seen.answered > before, LIMIT_MS)
    },
    lost: () => seen.lost,
    stop: script.stop,
  }
}
