/**
 * OpenADR 2.0b: 10,000 events in one oadrDistributeEvent, pushed to a VEN of Drover over HTTP, from an idle start.
 *
 * Measured: from the first byte of the push to the last of its events being visible on utility.events to a read_committed reader: HTTP, the
 * record on utility.signals, the interpreter (a process of its own), and its transaction. Beside it: when the push was answered, which is
 * when it was durable, and when oadrCreatedEvent with one eventResponse per event was on its way back, which needs all of them understood.
 * The median of the rounds counts; each round changes every event (a higher modificationNumber), the first one creates them.
 *
 * Not measured: dispatch to devices (fan-out), and the VTN's own work.
 *
 * Beside it, in the same run: fast-xml-parser over the same bytes, with the settings that Drover reads with, and nothing made of the tree.
 * Drover reads them twice: once in the gateway, to answer, and once in the interpreter.
 */
import { XMLParser } from 'fast-xml-parser'
import { pino } from 'pino'
import type { OadrEvent } from '../../../gateway/openadr2b/types/event.ts'
import { startVen } from '../../../gateway/openadr2b/ven/start.ts'
import { parserOptions } from '../../../gateway/openadr2b/xml/parse.ts'
import { realClock } from '../../../processors/runtime/clock.ts'
import { createLogReader } from '../../../processors/runtime/kafka/log-reader.ts'
import { utilityEvents } from '../../../topics/catalogue.ts'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/free-port.ts'
import { startUnrulyProxy } from '../../support/unruly-proxy.ts'
import { startVtn } from '../../vtn/vtn.ts'
import { writeDistributeEvent } from '../../vtn/write/event.ts'
import { fleetOf, recordProgram, termsOf } from '../support/fleet.ts'
import { figureOf, median, type Row, rounded } from '../support/row.ts'
import type { Stage } from '../support/stage.ts'
import { watchTopic } from '../support/visibility.ts'
import { startWorker } from '../support/worker.ts'

const VTN_ID = 'bench-vtn'
const MARKET = 'http://bench.example/program'
const HOUR_MS = 3_600_000
const WAIT_MS = 300_000

function eventsOf(count: number, modificationNumber: number, startMs: number): readonly OadrEvent[] {
  const intervals = [0, 1].map((uid) => ({ uid: String(uid), durationS: 1800, value: ((uid + modificationNumber) % 3) + 1 }))
  const signals = [{ signalID: 's', signalName: 'SIMPLE', signalType: 'level', currentValue: 0, targets: [], intervals }]
  return Array.from({ length: count }, (_, index) => ({
    eventID: `bench-event-${index}`,
    modificationNumber,
    priority: 0,
    marketContext: MARKET,
    createdDateTimeMs: startMs - 2 * HOUR_MS,
    eventStatus: 'far',
    testEvent: false,
    activePeriod: { startMs: startMs + (index % 24) * HOUR_MS, durationS: 3600, startAfterS: 60 },
    signals,
    targets: [{ kind: 'resourceID', id: `resource-${index}` }],
    responseRequired: 'always',
  }))
}

/** Best of three, ms. */
function bareParseMs(document: string): number {
  const parser = new XMLParser(parserOptions)
  const times = Array.from({ length: 3 }, () => {
    const startMs = performance.now()
    parser.parse(document)
    return performance.now() - startMs
  })
  return Math.min(...times)
}

/** A registered VEN in push mode, and what a round needs of it. */
async function openVen(stage: Stage) {
  const vtn = await startVtn({ vtnId: VTN_ID, telemetry: null })
  const proxy = await startUnrulyProxy(vtn.url)
  const port = await freePort()
  const reader = createLogReader({ brokers: stage.brokers, schemas: stage.schemas, name: 'bench-ven' })
  const ven = startVen({
    vtnId: VTN_ID,
    baseUrl: proxy.url,
    venName: 'bench',
    push: { port, address: `http://127.0.0.1:${port}` },
    writer: stage.writer,
    reader,
    clock: realClock,
    log: pino({ level: 'silent' }),
    waits: { patienceMs: WAIT_MS },
  })
  stage.onStop(async () => {
    await ven.stop()
    await proxy.stop()
    await vtn.stop()
  })
  await eventually('the VEN to have asked for events', () => proxy.seen('EiEvent') > 0, WAIT_MS)
  return { url: `http://127.0.0.1:${port}/OpenADR2/Simple/2.0b/EiEvent`, toEiEvent: () => proxy.seen('EiEvent') }
}

async function push(url: string, document: string): Promise<void> {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/xml' }, body: document })
  if (!(await answer.text()).includes('>200<')) throw new Error(`the push was answered by ${answer.status}`)
}

async function measureRound(stage: Stage, ven: Awaited<ReturnType<typeof openVen>>, document: string, count: number) {
  const watch = await watchTopic(stage.brokers, utilityEvents.name, 4)
  const before = ven.toEiEvent()
  const startMs = performance.now()
  const answered = push(ven.url, document).then(() => performance.now() - startMs)
  const created = eventually('oadrCreatedEvent', () => ven.toEiEvent() > before, WAIT_MS).then(() => performance.now() - startMs)
  const [visible, answeredMs, createdMs] = await Promise.all([watch.until(count), answered, created])
  await watch.stop()
  const round = { visibleMs: visible.atMs - startMs, answeredMs, createdMs }
  stage.log(
    `${count} events: ${Object.entries(round)
      .map(([name, ms]) => `${name} ${Math.round(ms)}`)
      .join(', ')}`,
  )
  return round
}

export const openAdr2bRow: Row = {
  name: 'openadr2b',
  about: '10,000 events in one oadrDistributeEvent → every one of them understood and visible',
  stage: 'openadr2b',
  async measure(stage, { quick }, report) {
    const count = quick ? 500 : 10_000
    const worker = startWorker(stage, { subTopologies: ['control'] })
    stage.onStop(worker.stop)
    await eventually('control to have restored its task', () => worker.restored('control').tasks >= 1, WAIT_MS)
    await recordProgram(stage, fleetOf(1, 'bench'), termsOf({ vtnId: VTN_ID, marketContext: MARKET }))
    const ven = await openVen(stage)
    const startMs = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + 24 * HOUR_MS
    const documents = Array.from({ length: quick ? 2 : 4 }, (_, n) =>
      writeDistributeEvent(`list-${n}`, VTN_ID, eventsOf(count, n, startMs)),
    )
    const limit = bareParseMs(documents[0] ?? '')
    const rounds = []
    for (const document of documents) rounds.push(await measureRound(stage, ven, document, count))
    const visibleMs = median(rounds.map((round) => round.visibleMs))
    report(
      figureOf({
        row: 'openadr2b',
        figure: visibleMs,
        unit: 'ms, oadrDistributeEvent pushed → every event visible on utility.events to a read_committed reader',
        better: 'lower',
        limit,
        limitIs: 'fast-xml-parser alone over the same bytes, once',
        goal: null,
        more: {
          events: count,
          bytes: Buffer.byteLength(documents[0] ?? ''),
          eventsPerSecond: Math.round((count / visibleMs) * 1000),
          answeredMs: rounded(median(rounds.map((round) => round.answeredMs))),
          createdEventMs: rounded(median(rounds.map((round) => round.createdMs))),
          rounds: rounds.map((round) => Math.round(round.visibleMs)),
          trouble: worker.trouble.length,
        },
      }),
    )
  },
}
