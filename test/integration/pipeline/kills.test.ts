/** Processes killed with -9 at the worst moments of an event: nothing is lost, nothing is doubled, no charger stays limited. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Command } from '../../../schemas/dispatch.ts'
import {
  deviceAcks,
  dispatchCommands,
  dispatchDecisions,
  dispatchOutcomes,
  settlementResults,
  telemetryReadings,
} from '../../../topics/catalogue.ts'
import { eventually } from '../../support/eventually.ts'
import { clockShows, connectAndImport, enroll, type PostedEvent, postEvent, signalsOf } from './acts.ts'
import { compareClickhouse, loadedTopics } from './compare-clickhouse.ts'
import { settledIntervals, sumOf, unflaggedDifferences } from './compare-energy.ts'
import { commandGaps, doubledDecisions, outcomeGaps, resultGaps, undecided } from './exactly-once.ts'
import { takeSnapshot } from './log-snapshot.ts'
import { complaintsAfter } from './settling.ts'
import { type Stage, setStage } from './stage.ts'

const DEVICES = 100
const LEVELS = [2, 3]
const CHANGED = [3, 1]
/** Long enough for commands to be caught on the way. */
const ANSWER_MS = 2_000

let stage: Stage
let close = async (): Promise<void> => undefined
let posted: PostedEvent

const snapshot = () => takeSnapshot(stage.reader, [...loadedTopics])
const acked = ['accepted', 'applied', 'released']

/** Devices whose newest command is not that of the revision, or has not been taken by the charger. */
async function notTaken(levels: readonly number[]): Promise<readonly string[]> {
  const log = await takeSnapshot(stage.reader, [dispatchCommands.ocpp, deviceAcks])
  const newest = new Map<string, Command>()
  for (const command of log.values(dispatchCommands.ocpp)) newest.set(command.deviceId, command)
  const taken = new Set(log.values(deviceAcks).flatMap(({ commandId, status }) => (acked.includes(status) ? [commandId] : [])))
  return stage.fleet.ids().flatMap((id) => {
    const command = newest.get(id)
    if (command?.segments.map(({ level }) => level).join() !== levels.join()) return [`${id}: has not been sent ${levels}`]
    return taken.has(command.commandId) ? [] : [`${id}: has not answered seq ${command.seq}`]
  })
}

/** Kills the connector as soon as it has begun with commands of the sequence that nobody has answered; resolves with how many. */
async function killInFlight(seq: number): Promise<number> {
  const open = new Set<string>()
  const following = await stage.reader.follow([deviceAcks], 'end', (records) => {
    for (const { value: ack } of records) {
      if (ack?.seq !== seq) continue
      if (ack.status === 'attempting' || ack.status === 'sent') open.add(ack.commandId)
      else open.delete(ack.commandId)
    }
  })
  await following.caughtUp
  stage.vtn.modifyEvent('event-1', { signals: signalsOf(CHANGED) })
  try {
    await eventually('commands in flight', () => open.size > 0)
    stage.kill('edge')
    return open.size
  } finally {
    await following.stop()
  }
}

beforeAll(async () => {
  const set = await setStage({ devices: DEVICES, rate: 60, mix: { doubles: 0.1 }, answerMs: ANSWER_MS })
  stage = set.stage
  close = set.close
  await enroll(stage)
  await connectAndImport(stage)
}, 300_000)

afterAll(() => close(), 120_000)

test('the dispatcher, killed in the middle of its pass', async () => {
  stage.arm('core', { on: 'produce', topic: dispatchCommands.ocpp.name, nth: DEVICES / 2, when: 'at once' })
  posted = postEvent(stage, 'event-1', 3_600_000, LEVELS)
  await stage.restartDead('core')
  expect(await complaintsAfter(60_000, () => notTaken(LEVELS))).toEqual([])
  const log = await takeSnapshot(stage.reader, [dispatchCommands.ocpp, dispatchDecisions])
  expect(log.values(dispatchCommands.ocpp).map(({ seq }) => seq)).toEqual(stage.fleet.ids().map(() => 1))
  expect(doubledDecisions(log.values(dispatchDecisions))).toEqual([])
})

test('the connector, killed with commands in flight', async () => {
  expect(await killInFlight(2)).toBeGreaterThan(0)
  await stage.restartDead('edge')
  expect(await complaintsAfter(60_000, () => notTaken(CHANGED))).toEqual([])
  expect(commandGaps((await takeSnapshot(stage.reader, [dispatchCommands.ocpp])).values(dispatchCommands.ocpp))).toEqual([])
  // The standing limit that a charger came with is on level 0.
  const ours = stage.fleet.ids().map((id) => stage.fleet.profileOf(id).filter(({ profile }) => profile.stackLevel > 0))
  expect(ours.map(({ length }) => length)).toEqual(stage.fleet.ids().map(() => 1))
})

test('the analytics process, killed between inserting rows and noting how far they reach', async () => {
  stage.arm('analytics', { on: 'positions' })
  await stage.restartDead('analytics')
  expect(await complaintsAfter(120_000, async () => compareClickhouse(stage.analyst, await snapshot()))).toEqual([])
})

test('the telemetry processors, killed in the event with a commit on its way', async () => {
  await clockShows(stage, posted.startMs + 600_000)
  stage.arm('metering', { on: 'produce', topic: telemetryReadings.name, nth: 20, when: 'commit asked for' })
  await stage.restartDead('metering')
  await clockShows(stage, posted.endMs)
})

test('after all that, what is settled is what the meters counted, to the watt-hour', async () => {
  await clockShows(stage, posted.endMs + 1_500_000)
  const settled = async () => {
    const log = await takeSnapshot(stage.reader, [settlementResults, telemetryReadings])
    return settledIntervals(log, log.values(settlementResults)[0]?.eventId ?? '', stage.fleet)
  }
  const complaints = await complaintsAfter(90_000, async () => {
    const intervals = await settled()
    if (intervals.length !== DEVICES * LEVELS.length) return [`${intervals.length} intervals are settled`]
    return [
      ...unflaggedDifferences(intervals),
      ...intervals.filter(({ quality }) => quality !== 'measured').map(({ unitId }) => `${unitId} has a gap`),
    ]
  })
  expect(complaints).toEqual([])
  expect(sumOf((await settled()).map(({ actualWh }) => actualWh))).toBeGreaterThan(0)
})

test('after all that, no charger is limited any more and nothing is owed', async () => {
  const nowMs = stage.clock.nowMs()
  const ceilings = stage.fleet.ids().map((id) => stage.fleet.traitsOf(id).standingLimitW ?? Number.POSITIVE_INFINITY)
  expect(stage.fleet.ids().map((id) => Math.ceil(stage.fleet.limitW(id, nowMs) / 100))).toEqual(
    ceilings.map((limitW) => Math.ceil(limitW / 100)),
  )
})

test('after all that, nothing on the log is lost or doubled, and every record of it is in ClickHouse once', async () => {
  const log = await snapshot()
  const [commands, decisions] = [log.values(dispatchCommands.ocpp), log.values(dispatchDecisions)]
  expect(commandGaps(commands)).toEqual([])
  expect(doubledDecisions(decisions)).toEqual([])
  expect(undecided(decisions, commands)).toEqual([])
  expect(outcomeGaps(log.values(dispatchOutcomes))).toEqual([])
  expect(resultGaps(log.values(settlementResults))).toEqual([])
  expect(await complaintsAfter(120_000, () => compareClickhouse(stage.analyst, log))).toEqual([])
})
