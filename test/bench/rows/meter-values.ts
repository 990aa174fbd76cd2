/**
 * MeterValues: from stations' sockets to readings.
 *
 * Measured: stations with a socket each (one process) send MeterValues of one register value, each the next once the last is answered, which
 * is when it is durable on telemetry.raw.ocpp; the OCPP connector (another process) and the production telemetry sub-topology (a third) make
 * them readings, intervals and contributions. The time runs from the word to send until the last reading is visible to a read_committed reader.
 * The first value of a register makes no reading, and is not counted.
 *
 * Not measured: ClickHouse (telemetry). Broker and stations share the machine with what is measured.
 */
import { telemetryReadings } from '../../../topics/catalogue.ts'
import { aProgram } from '../../build/terms.ts'
import { eventually } from '../../support/eventually.ts'
import { fleetOf, seedStates, termsOf } from '../support/fleet.ts'
import { figureOf, type Row, rounded } from '../support/row.ts'
import { startSockets } from '../support/sockets.ts'
import type { Stage } from '../support/stage.ts'
import { type StationsOrders, startStations } from '../support/stations.ts'
import { writeOrder } from '../support/telemetry-rig.ts'
import { watchTopic } from '../support/visibility.ts'
import { startWorker } from '../support/worker.ts'

const MINUTE_MS = 60_000
const LONG_MS = 300_000

/** Values per second that a bare server answers to the same stations. */
async function bareRate(stage: Stage, fleet: Omit<StationsOrders, 'url'>, count: number): Promise<number> {
  const sockets = await startSockets(stage, 'bare')
  const stations = await startStations(stage, { url: sockets.url, ...fleet })
  const startMs = performance.now()
  await stations.send({ count, untilMs: Date.now() })
  const perS = (fleet.size * count * 1_000) / (performance.now() - startMs)
  await stations.stop()
  await sockets.stop()
  return perS
}

export const meterValuesRow: Row = {
  name: 'meter-values',
  about: 'MeterValues of stations over real sockets → readings, per second',
  stage: 'meter-values',
  async measure(stage, { quick }, report) {
    const { brokers, devicePartitions } = stage
    const fleet = fleetOf(quick ? 200 : 1_000, 'metered')
    const sending = { fleet: fleet.programId, size: fleet.size }
    const count = quick ? 20 : 60
    const limit = await bareRate(stage, sending, count)
    const terms = termsOf()
    await seedStates(stage, fleet, terms)
    await writeOrder(stage, { programs: [aProgram(fleet.programId, terms)] })
    const worker = startWorker(stage, { subTopologies: ['telemetry'] })
    await eventually('telemetry to take the states', () => worker.inputs('telemetry') >= fleet.size + devicePartitions, LONG_MS)
    const sockets = await startSockets(stage, 'ocpp')
    const stations = await startStations(stage, { url: sockets.url, ...sending })
    const watch = await watchTopic(brokers, telemetryReadings.name, 20)
    const due = fleet.size * (count - 1)
    const { cpuMs } = await sockets.usage()
    const startMs = performance.now()
    await stations.send({ count, untilMs: Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS })
    const answeredMs = performance.now() - startMs
    const spentMs = (await sockets.usage()).cpuMs - cpuMs
    const { atMs } = await watch.until(due)
    await watch.stop()
    report(
      figureOf({
        row: 'meter-values',
        figure: (due * 1_000) / (atMs - startMs),
        unit: 'MeterValues/s, sent by stations → visible as readings',
        better: 'higher',
        limit,
        limitIs: 'a bare ws server that answers the same stations, and records nothing',
        goal: null,
        more: {
          stations: fleet.size,
          counted: due,
          answeredPerS: rounded((fleet.size * count * 1_000) / answeredMs),
          connectorCpuUsPerValue: rounded((spentMs * 1_000) / (fleet.size * count)),
          lost: stations.lost(),
          trouble: worker.trouble.length,
        },
      }),
    )
  },
}
