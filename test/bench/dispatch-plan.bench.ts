/**
 * Measures what dispatch costs per device without Kafka: the decision alone, and a whole pass of one task with every record encoded.
 * `npx tsx test/bench/dispatch-plan.bench.ts [devices]` prints one JSON line per figure, in processor time, garbage collection included.
 */
import { createDecider } from '../../processors/dispatch/decider.ts'
import { eventsInForce } from '../../processors/dispatch/events-in-force.ts'
import { takeRevision } from '../../processors/dispatch/known-events.ts'
import { UNTOLD } from '../../processors/dispatch/ledger.ts'
import { createDispatcher } from '../../processors/dispatch/processor.ts'
import type { SubTopology } from '../../processors/runtime/define.ts'
import { createTask } from '../../processors/runtime/task.ts'
import type { DeviceState } from '../../schemas/enrollment.ts'
import { dispatchOrders, enrollmentState } from '../../topics/catalogue.ts'
import { hashId } from '../../topics/ids.ts'
import { aDevice } from '../build/devices.ts'
import { anEvent, anOrder, NOON_MS } from '../build/events.ts'
import { readableRenderer } from '../build/renderer.ts'
import { aProgram } from '../build/terms.ts'
import { createTestCodecs } from '../driver/codecs.ts'

const count = Number(process.argv[2] ?? 200_000)
const CHUNK = 20_000
const renderers = { loopback: readableRenderer('loopback') }
const program = aProgram()
const event = anEvent()

const kinds = Array.from({ length: 10 }, (_, kind) => aDevice({ attributes: { ratedW: 7000 + kind * 1000 }, programs: [program] }))
const idOf = (index: number): string => `charger-${String(index).padStart(8, '0')}`

function report(figure: string, devices: number, started: NodeJS.CpuUsage): void {
  const { user, system } = process.cpuUsage(started)
  console.log(
    JSON.stringify({
      figure,
      devices,
      cpuMs: Math.round((user + system) / 1000),
      microsPerDevice: Number(((user + system) / devices).toFixed(2)),
    }),
  )
}

function measureDecisions(devices: readonly DeviceState[]): void {
  const known = takeRevision(undefined, event, { orderSeq: 1, causation: '', nowMs: NOON_MS, releaseStaggerS: 0 })
  const world = { known: known ? [known] : [], programs: new Map([[program.programId, program]]), allocations: new Map(), holds: [] }
  const started = process.cpuUsage()
  const decide = createDecider(eventsInForce(world, NOON_MS), renderers, NOON_MS)
  let sent = 0
  for (const device of devices) if (decide(device, UNTOLD).command) sent++
  report('decisions alone', sent, started)
}

function measureIds(): void {
  const started = process.cpuUsage()
  for (let index = 0; index < count; index++) hashId(idOf(index), 1)
  report('command ids alone', count, started)
}

function measurePass(): void {
  const dispatch: SubTopology = { name: 'dispatch', partitioning: 'device', processors: [createDispatcher(renderers)] }
  const codecs = createTestCodecs()
  const task = createTask(dispatch, 0, { devicePartitions: 1, codecs })
  const stateCodec = codecs.codecOf(enrollmentState.name, enrollmentState.schema)
  let started = process.cpuUsage()
  for (let index = 0; index < count; index++) task.load(enrollmentState.name, idOf(index), stateCodec.encode(deviceAt(index)), index)
  report('encode and load states', count, started)
  const orders = codecs.codecOf(dispatchOrders.name, dispatchOrders.schema)
  let order = 0
  for (const events of [
    [event],
    [anEvent({ revision: 2, endMs: event.endMs + 900_000 })],
    [{ ...event, revision: 3, kind: 'cancelled' as const }],
  ]) {
    started = process.cpuUsage()
    order++
    task.begin(NOON_MS + order)
    const value = orders.encode(anOrder(order, { events, programs: [program] }))
    task.take({ topic: dispatchOrders.name, partition: 0, offset: order, timestampMs: NOON_MS, key: Buffer.from('1'), value })
    let written = task.finish().outputs.length
    for (let more = true; more; ) {
      task.begin(NOON_MS + order)
      more = task.work(CHUNK)
      written += task.finish().outputs.length
    }
    report(`pass ${['new', 'modified', 'cancelled'][order - 1]}, ${written} records`, count, started)
  }
}

function deviceAt(index: number): DeviceState {
  const kind = kinds[index % kinds.length] as DeviceState
  return { ...kind, deviceId: idOf(index) }
}

measurePass()
const devices = Array.from({ length: count }, (_, index) => deviceAt(index))
for (let round = 0; round < 2; round++) {
  measureDecisions(devices)
  measureIds()
}
