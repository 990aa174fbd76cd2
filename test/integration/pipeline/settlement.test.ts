/** One event from the utility's signal to the settled result, with a fleet that has the faults fleets have. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DeviceOverview } from '../../../gateway/cli/devices/overview.ts'
import type { Statement } from '../../../gateway/cli/statements/statement.ts'
import type { DeviceAck } from '../../../schemas/dispatch.ts'
import type { StatementLine } from '../../../schemas/settlement.ts'
import {
  deviceAcks,
  dispatchCommands,
  dispatchDecisions,
  dispatchOutcomes,
  settlementResults,
  settlementStatements,
  telemetryGaps,
  telemetryReadings,
  utilityEvents,
} from '../../../topics/catalogue.ts'
import { MAIN_PROGRAM } from '../../demo/programs.ts'
import { exceptions } from '../../demo/registry-file.ts'
import { eventually } from '../../support/eventually.ts'
import { clockShows, connectAndImport, enroll, isOnline, type PostedEvent, postEvent } from './acts.ts'
import { compareClickhouse, loadedTopics } from './compare-clickhouse.ts'
import { isFlagged, newestResults, type SettledInterval, settledIntervals, sumOf, unflaggedDifferences } from './compare-energy.ts'
import { commandGaps, doubledDecisions, outcomeGaps, resultGaps, undecided } from './exactly-once.ts'
import { takeSnapshot } from './log-snapshot.ts'
import { complaintsAfter } from './settling.ts'
import { type Stage, setStage } from './stage.ts'

const DEVICES = 120
/** So many devices have promised 1 kW each. */
const NOMINATED = 10
const MIX = { absent: 0.05, returns: 0.05, rejects: 0.04, notSupported: 0.04, ignores: 0.04, late: 0.05, doubles: 0.1, drops: 0.1 }
const answered: ReadonlySet<DeviceAck['status']> = new Set(['accepted', 'applied', 'rejected', 'notSupported'])

/** One row for each device, from twenty minutes on. */
async function nominate({ dataDir, clock, drover }: Stage, deviceIds: readonly string[]): Promise<void> {
  const [from, until] = [clock.nowMs() + 1_200_000, clock.nowMs() + 86_400_000].map((ms) => new Date(ms).toISOString())
  const file = join(dataDir, 'nominations.csv')
  const rows = deviceIds.map((deviceId) => `${MAIN_PROGRAM},${deviceId},${from},${until},1000`)
  writeFileSync(file, ['programId,unitId,from,until,nominatedW', ...rows].join('\n'))
  await drover('programs', 'nominate', file)
}

/** The newest revision of each line. */
const newestLines = (lines: readonly StatementLine[]): readonly StatementLine[] => [
  ...new Map(lines.map((line) => [`${line.eventId} ${line.unitId}`, line])).values(),
]

let stage: Stage
let close = async (): Promise<void> => undefined
let posted: PostedEvent
let eventId = ''

const snapshot = () => takeSnapshot(stage.reader, [...loadedTopics])

beforeAll(async () => {
  const set = await setStage({ devices: DEVICES, rate: 60, mix: MIX, answerMs: 100 })
  stage = set.stage
  close = set.close
  await enroll(stage, exceptions(stage.fleet.ids(), stage.clock.nowMs()))
  await nominate(stage, stage.fleet.ids().slice(0, NOMINATED))
  await connectAndImport(stage)
  posted = postEvent(stage, 'event-1', 1_200_000, [1, 3, 2])
  eventId = await eventually('the event is understood', async () => {
    const events = (await takeSnapshot(stage.reader, [utilityEvents])).values(utilityEvents)
    return events.find(({ theirEventId, kind }) => theirEventId === 'event-1' && kind === 'event')?.eventId
  })
}, 300_000)

afterAll(() => close(), 120_000)

test('every device of the program has one decision, and the devices that were set apart have their reasons', async () => {
  const decided = await eventually('all decisions', async () => {
    const blocks = (await takeSnapshot(stage.reader, [dispatchDecisions])).values(dispatchDecisions)
    const found = new Map(
      blocks.flatMap((block) => (block.eventId === eventId ? block.deviceIds.map((id, i) => [id, block.outcomes[i]] as const) : [])),
    )
    return found.size >= DEVICES && found
  })
  expect([...decided.keys()].sort()).toEqual([...stage.fleet.ids()].sort())
  const due = { suspended: 'suspended', terminated: 'terminated', unenrolled: 'notEnrolled', held: 'operatorHold' } as const
  const apart = exceptions(stage.fleet.ids(), 0)
  expect(apart.map(({ deviceId }) => decided.get(deviceId))).toEqual(apart.map(({ kind }) => due[kind as keyof typeof due]))
  const others = stage.fleet.ids().filter((id) => !apart.some(({ deviceId }) => deviceId === id))
  expect(new Set(others.map((id) => decided.get(id)))).toEqual(new Set(['sent']))
})

test('every connected device that was sent a command has answered it before the event', async () => {
  const unanswered = async (): Promise<readonly string[]> => {
    const log = await takeSnapshot(stage.reader, [dispatchCommands.ocpp, deviceAcks])
    const done = new Set(log.values(deviceAcks).flatMap(({ commandId, status }) => (answered.has(status) ? [commandId] : [])))
    const commands = log.values(dispatchCommands.ocpp).filter(({ segments, deviceId }) => segments.length > 0 && isOnline(stage, deviceId))
    if (commands.length === 0) return ['no commands yet']
    return commands.filter(({ commandId }) => !done.has(commandId)).map(({ deviceId, seq }) => `${deviceId} seq ${seq}`)
  }
  expect(await complaintsAfter((posted.startMs - stage.clock.nowMs()) / stage.clock.rate, unanswered)).toEqual([])
})

test('what is settled is what the meters of the fleet counted, to the watt-hour, or says that it is not measured', async () => {
  await clockShows(stage, posted.endMs + 2_100_000)
  const called = (await snapshot())
    .values(dispatchDecisions)
    .flatMap(({ deviceIds, outcomes }) => deviceIds.filter((_, i) => outcomes[i] === 'sent'))
  const settled = async () => settledIntervals(await snapshot(), eventId, stage.fleet)
  const complaints = await complaintsAfter(60_000, async () => {
    const intervals = await settled()
    const units = new Set(intervals.map(({ unitId }) => unitId))
    return [...called.filter((id) => !units.has(id)).map((id) => `${id} has no result`), ...unflaggedDifferences(intervals)]
  })
  expect(complaints).toEqual([])
  const intervals = await settled()
  const difference = sumOf(intervals.map(({ meterWh }) => meterWh)) - sumOf(intervals.map(({ actualWh }) => actualWh))
  const flagged = intervals.filter(isFlagged)
  expect(sumOf(flagged.map(({ meterWh, actualWh }) => meterWh - actualWh))).toBe(difference)
  expect(flagged.length).toBeLessThan(intervals.length / 4)
  expect(sumOf(intervals.map(({ actualWh }) => actualWh))).toBeGreaterThan(0)
})

test('every reading between two registers is what the meter of the charger counted', async () => {
  const blocks = (await snapshot()).values(telemetryReadings).filter(({ kind }) => kind === 'register')
  const metered = blocks.map(({ deviceId, startMs, stepMs }) => stage.fleet.meterWh(deviceId, startMs, startMs + stepMs))
  expect(blocks.length).toBeGreaterThan(DEVICES)
  expect(blocks.map(({ values }) => values)).toEqual(metered.map((wh) => [wh]))
})

test('every settled interval that is missing lies in a gap on the log', async () => {
  const unexplained = async (): Promise<readonly string[]> => {
    const log = await snapshot()
    const gaps = new Map(log.values(telemetryGaps).map((gap) => [gap.gapId, gap]))
    const missing = settledIntervals(log, eventId, stage.fleet).filter(({ quality }) => quality === 'missing')
    const isIn = ({ unitId, startMs, endMs }: SettledInterval) =>
      [...gaps.values()].some(
        ({ deviceId, fromMs, untilMs, status }) =>
          deviceId === unitId && fromMs <= startMs && (untilMs >= endMs || status === 'open' || status === 'requested'),
      )
    return missing.filter((interval) => !isIn(interval)).map(({ unitId, startMs }) => `${unitId} ${new Date(startMs).toISOString()}`)
  }
  expect(await complaintsAfter(60_000, unexplained)).toEqual([])
})

test('the sums in ClickHouse are those of the results topic', async () => {
  const results = newestResults((await snapshot()).values(settlementResults), eventId)
  const due = {
    actualWh: sumOf(results.flatMap(({ actualWh }) => actualWh)),
    reductionWh: sumOf(results.flatMap(({ reductionWh }) => reductionWh)),
  }
  const found = await eventually('the sums', async () => {
    const [row] = await stage.analyst.ask<typeof due>(
      'SELECT sum(actual_wh) AS actualWh, sum(reduction_wh) AS reductionWh FROM results WHERE event_id = {eventId:String}',
      { eventId },
    )
    return row && Number(row.actualWh) === due.actualWh && row
  })
  expect({ actualWh: Number(found.actualWh), reductionWh: Number(found.reductionWh) }).toEqual(due)
  expect(due.reductionWh).toBeGreaterThan(0)
})

test('the utility has taken a report about the event', async () => {
  await eventually('a report', () =>
    stage.vtn.reports().some(({ intervals }) => intervals.some(({ startMs }) => startMs >= posted.startMs && startMs < posted.endMs)),
  )
  expect(stage.vtn.refusals()).toEqual([])
})

test('statements are the lines of the log, set against what was nominated, and add up', async () => {
  const month = new Date(posted.startMs).toISOString().slice(0, 7)
  const printed = async () => {
    const { statements } = JSON.parse(await stage.drover('statements', '--program', MAIN_PROGRAM, '--month', month, '--json'))
    return statements as readonly Statement[]
  }
  const lines = await eventually('all lines of the log', async () => {
    const onLog = newestLines((await snapshot()).values(settlementStatements)).map(({ unitId, revision }) => `${unitId} ${revision}`)
    const loaded = await stage.analyst.ask<{ line: string }>("SELECT concat(unit_id, ' ', toString(revision)) AS line FROM statements")
    return onLog.length > 0 && onLog.every((line) => loaded.some((one) => one.line === line)) && printed()
  })
  const [statement] = lines
  const due = newestLines((await snapshot()).values(settlementStatements)).filter(({ programId }) => programId === MAIN_PROGRAM)
  const told = statement?.lines.map(({ unitId, energyMicro, penaltyMicro, nominatedWh }) => [
    unitId,
    energyMicro,
    penaltyMicro,
    nominatedWh,
  ])
  expect(told?.length).toBeGreaterThan(0)
  const known = new Map(due.map((line) => [line.unitId, line]))
  for (const [unitId, ...figures] of told ?? []) {
    const line = known.get(String(unitId))
    expect([unitId, ...figures]).toEqual([unitId, line?.energyMicro, line?.penaltyMicro, line?.nominatedWh])
  }
  const nominated = statement?.lines.filter(({ nominatedWh }) => nominatedWh !== null) ?? []
  expect(nominated.length).toBeGreaterThan(0)
  expect(nominated.every(({ unitId }) => stage.fleet.ids().indexOf(unitId) < NOMINATED)).toBe(true)
  expect(sumOf(statement?.lines.map(({ netMinor }) => netMinor) ?? [])).toBe(statement?.total.netMinor)
})

test('the fleet is told of device by device', async () => {
  const devices = JSON.parse(await stage.drover('devices', '--protocol', 'ocpp', '--json')) as readonly DeviceOverview[]
  expect(devices.map(({ deviceId }) => deviceId).sort()).toEqual([...stage.fleet.ids()].sort())
  const online = devices.filter(({ deviceId }) => isOnline(stage, deviceId))
  expect(online.every(({ connection, receivedMs }) => connection !== null && receivedMs !== null)).toBe(true)
  expect(JSON.parse(await stage.drover('devices', '--credentials', '--json'))).toEqual([])
})

test('nothing on the log is lost or doubled, and every record of it is in ClickHouse once', async () => {
  const log = await snapshot()
  const [commands, decisions] = [log.values(dispatchCommands.ocpp), log.values(dispatchDecisions)]
  expect(commandGaps(commands)).toEqual([])
  expect(doubledDecisions(decisions)).toEqual([])
  expect(undecided(decisions, commands)).toEqual([])
  expect(outcomeGaps(log.values(dispatchOutcomes))).toEqual([])
  expect(resultGaps(log.values(settlementResults))).toEqual([])
  expect(await complaintsAfter(120_000, () => compareClickhouse(stage.analyst, log))).toEqual([])
})
