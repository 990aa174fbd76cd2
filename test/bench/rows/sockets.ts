/**
 * Sockets: what an idle station costs the node that holds its connection.
 *
 * Measured: the resident memory of the process of the OCPP connector, after garbage collection, with all stations connected, each with its
 * opening recorded and a Heartbeat answered, less the same before the first; by station. Plain sockets; of TLS each takes more.
 *
 * Beside it, in the same run: a bare `ws` server with the same stations.
 */
import { figureOf, type Row, rounded } from '../support/row.ts'
import { type SocketsOrders, startSockets, type Usage } from '../support/sockets.ts'
import type { Stage } from '../support/stage.ts'
import { startStations } from '../support/stations.ts'

const STATIONS = 10_000
const QUICK_STATIONS = 1_000

interface Held {
  readonly before: Usage
  readonly after: Usage
  readonly connectedMs: number
}

async function hold(stage: Stage, what: SocketsOrders['what'], count: number): Promise<Held> {
  const sockets = await startSockets(stage, what)
  const before = await sockets.usage()
  const stations = await startStations(stage, { url: sockets.url, fleet: 'idle', size: count })
  const after = await sockets.usage()
  if (stations.lost() > 0) throw new Error(`${what}: ${stations.lost()} connections broke`)
  await stations.stop()
  await sockets.stop()
  stage.log(`${what}: ${count} sockets in ${Math.round(stations.connectedMs)} ms, ${Math.round(after.rssBytes / 2 ** 20)} MiB`)
  return { before, after, connectedMs: stations.connectedMs }
}

const kibPerStation = ({ before, after }: Held, count: number): number => (after.rssBytes - before.rssBytes) / 1024 / count

export const socketsRow: Row = {
  name: 'sockets',
  about: `${STATIONS} idle OCPP stations: memory per socket`,
  stage: 'sockets',
  async measure(stage, { quick }, report) {
    const count = quick ? QUICK_STATIONS : STATIONS
    const bare = await hold(stage, 'bare', count)
    const drover = await hold(stage, 'ocpp', count)
    report(
      figureOf({
        row: 'sockets',
        figure: kibPerStation(drover, count),
        unit: 'KiB of resident memory per idle station',
        better: 'lower',
        limit: kibPerStation(bare, count),
        limitIs: 'a bare ws server with the same stations',
        goal: null,
        more: {
          stations: count,
          rssMiB: rounded(drover.after.rssBytes / 2 ** 20),
          rssBeforeMiB: rounded(drover.before.rssBytes / 2 ** 20),
          heapKiBPerStation: rounded((drover.after.heapBytes - drover.before.heapBytes) / 1024 / count),
          connectedMs: Math.round(drover.connectedMs),
          bareConnectedMs: Math.round(bare.connectedMs),
        },
      }),
    )
  },
}
