/** The production telemetry sub-topology over enrolled devices, with the analytics process behind it, and a backlog of raw records before it. */
import type { DispatchOrder } from '../../../schemas/dispatch.ts'
import type { ProgramTerms } from '../../../schemas/program-terms.ts'
import { dispatchOrders, telemetryReadings } from '../../../topics/catalogue.ts'
import { aProgram } from '../../build/terms.ts'
import { eventually } from '../../support/eventually.ts'
import { type AnalyticsProcess, startAnalyticsProcess } from './analytics.ts'
import { type Fleet, seedStates } from './fleet.ts'
import type { Stage } from './stage.ts'
import { type Watch, watchTopic } from './visibility.ts'
import { startWorker, type Worker } from './worker.ts'

export interface TelemetryRig {
  readonly worker: Worker
  readonly analytics: AnalyticsProcess
  /** Watches telemetry.readings from before the first of them. */
  readonly readings: Watch
}

export interface RigOptions {
  readonly fleet: Fleet
  readonly terms: ProgramTerms
  /** What the processors' clock shows at first; null = the real clock. */
  readonly nowMs: number | null
  /** Writes the backlog. */
  readonly write: () => Promise<void>
}

const LONG_MS = 900_000
/** Asking keeps the process busy that is to load. */
const LOOK_EVERY_MS = 250

/** An order as the broadcaster would write it, to every partition. */
export async function writeOrder({ writer, devicePartitions }: Stage, order: Partial<DispatchOrder>): Promise<void> {
  const whole: DispatchOrder = { orderSeq: 1, events: [], programs: [], allocations: [], holds: [], holdsChanged: false, ...order }
  await Promise.all(Array.from({ length: devicePartitions }, (_, partition) => writer.append(dispatchOrders, whole, { partition })))
}

/**
 * Resolves when processors and loader work on the backlog. The table is taken before the backlog is written, and the processors start
 * again on it, so that nothing but telemetry is measured.
 */
export async function startTelemetry(stage: Stage, { fleet, terms, nowMs, write }: RigOptions): Promise<TelemetryRig> {
  const { brokers, devicePartitions, log } = stage
  await seedStates(stage, fleet, terms)
  await writeOrder(stage, { programs: [aProgram(fleet.programId, terms)] })
  const first = startWorker(stage, { subTopologies: ['telemetry'], nowMs })
  await eventually('telemetry to take the enrolled states', () => first.inputs('telemetry') >= fleet.size + devicePartitions, LONG_MS)
  await first.stop()
  log('writing the backlog')
  await write()
  const readings = await watchTopic(brokers, telemetryReadings.name, 50)
  stage.onStop(readings.stop)
  log('processors and loader start on the backlog')
  const worker = startWorker(stage, { subTopologies: ['telemetry'], nowMs })
  const analytics = await startAnalyticsProcess(stage)
  await eventually('telemetry to have restored its tasks', () => worker.restored('telemetry').tasks >= devicePartitions, LONG_MS)
  return { worker, analytics, readings }
}

/** Resolves when a count in ClickHouse has come to `least`. */
export const loaded = async ({ ask }: AnalyticsProcess, sql: string, least: number): Promise<void> => {
  await eventually(`${least} rows of: ${sql}`, async () => (await ask(sql)) >= least, LONG_MS, LOOK_EVERY_MS)
}
