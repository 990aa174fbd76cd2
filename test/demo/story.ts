/** The demo's story, act by act; every act does what its real counterpart would do, through the same doors. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Stack } from '../../gateway/cli/stack-file.ts'
import type { LogReader } from '../../processors/runtime/log.ts'
import { aChange } from '../build/changes.ts'
import type { MixedFleet } from '../fleet/mixed/fleet.ts'
import type { Vtn } from '../vtn/vtn.ts'
import type { Analytics } from './analytics.ts'
import { type DemoClock, waitFor, waitUntil } from './clock.ts'
import { closingFigures } from './closing.ts'
import { drover, sendChanges } from './drover.ts'
import { EVENT_ID, eventFor } from './event.ts'
import { writeHistory } from './history-file.ts'
import type { DemoOptions } from './options.ts'
import { MAIN_PROGRAM, programFile } from './programs.ts'
import { exceptions, HELD_VENDOR, registryFile } from './registry-file.ts'
import type { Screen } from './screen.ts'
import type { Figures } from './summary.ts'
import { countBy, type Seen, startWatch } from './watch.ts'

export interface Stage {
  readonly options: DemoOptions
  readonly dataDir: string
  readonly clock: DemoClock
  readonly vtn: Vtn
  readonly stack: Stack
  readonly fleet: MixedFleet
  readonly reader: LogReader
  readonly analytics: Analytics
  readonly screen: Screen
  readonly stops: (() => Promise<void>)[]
  readonly startedMs: number
}

const DAY_MS = 86_400_000
const STEP_MS = 900_000
const HISTORY_DAYS = 45
/** At least; the programs ask for two minutes. */
const NOTICE_MS = 300_000

/** Returns the devices that were terminated: they are thrown out, or never let in. */
async function enroll({ dataDir, clock, fleet, screen, stack }: Stage): Promise<ReadonlySet<string>> {
  const programs = join(dataDir, 'programs.json')
  writeFileSync(programs, programFile())
  await drover(dataDir, ['programs', 'apply', programs])
  screen.step('two programs are in force: evening-shed and grid-emergency')
  const file = join(dataDir, 'fleet.csv')
  writeFileSync(file, registryFile(fleet, clock.nowMs() - (HISTORY_DAYS + 1) * DAY_MS))
  const startMs = performance.now()
  const printed = await drover(dataDir, ['enroll', 'import', file], screen.live)
  screen.step(`enrolled in ${((performance.now() - startMs) / 1000).toFixed(1)} s: ${printed.trim().split('\n').at(-1)}`)
  const changes = exceptions(fleet.ids(), clock.nowMs())
  await sendChanges(stack, changes)
  await drover(dataDir, ['hold', '--scope', 'vendor', '--id', HELD_VENDOR])
  screen.step(`set apart: ${JSON.stringify(countBy(changes.map(({ kind }) => kind)))}, and an operator hold on ${HELD_VENDOR}`)
  return new Set(changes.filter(({ kind }) => kind === 'terminated').map(({ deviceId }) => deviceId))
}

/** Resolves with the first quarter hour from which on all devices that are there meter for Drover. */
async function connect({ clock, fleet, screen }: Stage, terminated: ReadonlySet<string>): Promise<number> {
  fleet.start()
  const expected = fleet.ids().filter((id) => fleet.speaksFirst(id) && !terminated.has(id))
  const wanted = Object.entries(countBy(expected.map(fleet.kindOf)))
  const connected = (): Readonly<Record<string, number>> => fleet.connected()
  await waitFor(
    'the connection of the fleet',
    120_000,
    () => wanted.every(([kind, count]) => (connected()[kind] ?? 0) >= count),
    () => screen.live(`connected: ${JSON.stringify(connected())}`),
  )
  const [{ charger, der }, kinds] = [connected(), countBy(fleet.ids().map(fleet.kindOf))]
  screen.step(
    `connected: ${charger} of ${kinds.charger} chargers by OCPP${der ? `, ${der} of ${kinds.der} DERs by IEEE 2030.5` : ''}; others stay or go away`,
  )
  const boundaryMs = Math.ceil((clock.nowMs() + 60_000) / STEP_MS) * STEP_MS
  await waitUntil(clock, boundaryMs + 60_000, () => screen.live('waiting for the first clock-aligned values'))
  return boundaryMs
}

/** Resolves when analysts see all of the history. */
async function awaitHistory({ analytics, screen }: Stage, intervals: number): Promise<void> {
  for (let loaded = await analytics.historyIntervals(); loaded < intervals; loaded = await analytics.historyIntervals()) {
    screen.live(`${loaded} of ${intervals} intervals are in ClickHouse`)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/** Returns the number of intervals. */
async function importHistory(stage: Stage, fromMs: number, untilMs: number): Promise<number> {
  const { dataDir, fleet, screen } = stage
  const file = join(dataDir, 'history.csv')
  const intervals = await writeHistory(fleet, file, fromMs, untilMs)
  const startMs = performance.now()
  await drover(dataDir, ['telemetry', 'import', file, '--wait'], screen.live)
  const seconds = (performance.now() - startMs) / 1000
  rmSync(file)
  screen.step(
    `imported ${intervals.toLocaleString('en')} intervals of history in ${seconds.toFixed(1)} s (${Math.round(intervals / seconds).toLocaleString('en')}/s)`,
  )
  return intervals
}

/** As a utility hands it over: the long past at once, and what has come about meanwhile when the devices are there. */
async function gather(stage: Stage, terminated: ReadonlySet<string>): Promise<void> {
  const nowMs = Math.floor(stage.clock.nowMs() / STEP_MS) * STEP_MS
  const long = await importHistory(stage, nowMs - HISTORY_DAYS * DAY_MS, nowMs)
  const short = await importHistory(stage, nowMs, await connect(stage, terminated))
  await awaitHistory(stage, long + short)
}

const sentOf = (seen: Seen): number =>
  [...seen.decisions.values()].filter((outcome) => outcome === 'sent' || outcome === 'sentAtRisk').length

/** Waits until every device has its decision and every command that was decided is there, and tells when the last one was visible. */
async function awaitFanout({ clock, screen, options }: Stage, seen: Seen): Promise<number> {
  await waitFor('the last command', 60_000, () => seen.decisions.size >= options.devices && seen.commanded.size >= sentOf(seen))
  const lastMs = Math.max(...seen.commanded.values())
  const receivedMs = clock.facts.realEpochMs + (seen.receivedMs - clock.facts.epochMs) / clock.rate
  const fanoutMs = lastMs - receivedMs
  screen.step(
    `${seen.commanded.size} of ${options.devices} commands durable and visible ${fanoutMs.toFixed(0)} ms after the signal came in`,
  )
  return fanoutMs
}

const LOAD_MS = 300_000

/** Mean of the last whole five minutes, W. */
function loadsOf(fleet: MixedFleet, nowMs: number): { readonly loadW: number; readonly naturalW: number } {
  const untilMs = Math.floor(nowMs / LOAD_MS) * LOAD_MS
  const sumOf = (energyWh: (id: string) => number): number => fleet.ids().reduce((sum, id) => sum + energyWh(id), 0)
  const loadWh = sumOf((id) => fleet.meterWh(id, untilMs - LOAD_MS, untilMs))
  const naturalWh = sumOf((id) => fleet.historyIntervalsWh(id, untilMs - LOAD_MS, LOAD_MS, 1)[0] ?? 0)
  return { loadW: loadWh * 12, naturalW: naturalWh * 12 }
}

async function runEvent(stage: Stage, seen: Seen, endMs: number, startMs: number): Promise<void> {
  const { clock, fleet, screen, stack } = stage
  let shownMs = Number.NEGATIVE_INFINITY
  const show = () => {
    const nowMs = clock.nowMs()
    if (!screen.isLive || nowMs < shownMs + LOAD_MS / 2) return
    shownMs = nowMs
    const { loadW, naturalW } = loadsOf(fleet, nowMs)
    screen.live(
      `${new Date(nowMs).toISOString().slice(11, 16)}  load ${(loadW / 1e6).toFixed(2)} MW, without the event ${(naturalW / 1e6).toFixed(2)} MW, acks ${JSON.stringify(countBy(seen.acks.values()))}`,
    )
  }
  await waitUntil(clock, (startMs + endMs) / 2, show)
  const deviceId = [...seen.commanded.keys()].find((id) => fleet.kindOf(id) === 'charger' && fleet.isObedient(id))
  if (deviceId !== undefined && seen.eventId !== undefined) {
    await sendChanges(stack, [
      aChange('optedOut', {
        deviceId,
        eventId: seen.eventId,
        effectiveFromMs: clock.nowMs(),
        actor: 'customer',
        actorId: 'customer-1',
        reason: 'needs the car',
        changeId: `demo opt-out ${deviceId}`,
      }),
    ])
    await waitFor('the release of the customer who opted out', 20_000, () => seen.decisions.get(deviceId) === 'optedOut')
    screen.step(`the customer of ${deviceId} opted out in the middle of the event, and the charger was released`)
  }
  await waitUntil(clock, endMs, show)
  screen.step(`the event has ended; acks: ${JSON.stringify(countBy(seen.acks.values()))}`)
}

/** The utility wants to know what the event came to: usage, baseline and reduction in quarter hours, once they are settled. */
function askForReport(vtn: Vtn): void {
  const [registration] = vtn.registrations()
  const rIDs = ['usage', 'baseline', 'deltaUsage'].map((name) => `${MAIN_PROGRAM}/${name}`)
  vtn.requestReport({
    venID: registration?.venID ?? '',
    reportSpecifierID: 'history-usage',
    rIDs,
    granularityS: 900,
    reportBackDurationS: 300,
  })
}

/** Plays the whole story and gives its figures. */
export async function play(stage: Stage): Promise<Figures> {
  const { clock, vtn, screen, options, reader, stops } = stage
  screen.step(`the demo's clock shows ${new Date(clock.nowMs()).toISOString()} and runs ${options.rate} times as fast`)
  await waitFor('the registration with the VTN', 60_000, () => vtn.registrations().length > 0)
  screen.step('registered as a VEN with the utility by OpenADR 2.0b')
  await gather(stage, await enroll(stage))
  const watch = await startWatch(reader, stage.stack, EVENT_ID)
  stops.push(watch.stop)
  const event = eventFor(clock.nowMs(), NOTICE_MS)
  vtn.postEvent(event.posted)
  askForReport(vtn)
  screen.step(`the utility asks for ${event.posted.activePeriod.durationS / 60} minutes from ${new Date(event.startMs).toISOString()}`)
  const fanoutMs = await awaitFanout(stage, watch.seen)
  watch.stopTiming()
  await runEvent(stage, watch.seen, event.endMs, event.startMs)
  return closingFigures(stage, watch.seen, event, fanoutMs)
}
