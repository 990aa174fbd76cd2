/** The reporter at work on a log in memory, with rows from a test: each report made once, whatever happens. */
import { pino } from 'pino'
import { afterEach, expect, it } from 'vitest'
import type { ReportSource, ResultSums, StatusQuestion, StepSum } from '../../../gateway/reporting/source.ts'
import { type Reporter, startReporter } from '../../../gateway/reporting/start.ts'
import { createClock } from '../../../processors/runtime/clock.ts'
import { programsView, utilityEvents, utilityReports, utilitySessions } from '../../../topics/catalogue.ts'
import { anEvent } from '../../build/events.ts'
import { aProgram } from '../../build/terms.ts'
import { createMemoryLog } from '../../support/memory-log.ts'
import { eventually } from '../openadr2b/ven/rig.ts'
import { anAsked, aReportFact, NOON_MS, QUARTER_MS } from './reports.ts'

const running: Reporter[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((reporter) => reporter.stop()))
})

/** A quarter of an hour in 90 ms, from noon. */
function createRig() {
  const clock = createClock({ epochMs: NOON_MS, realEpochMs: Date.now(), rate: 10_000 })
  const log = createMemoryLog({ nowMs: clock.nowMs })
  const rows = {
    failures: 0,
    asked: 0,
    intervals: [] as StepSum[],
    results: undefined as ResultSums | undefined,
    statusQuestions: [] as StatusQuestion[],
  }
  const source: ReportSource = {
    async intervalSums({ fromMs, toMs }) {
      rows.asked += 1
      if (rows.failures > 0) {
        rows.failures -= 1
        throw new Error('ClickHouse is not there')
      }
      return rows.intervals.filter(({ startMs }) => startMs >= fromMs && startMs < toMs)
    },
    resultSums: async () => rows.results ?? { stepS: 0, units: 0, unitsWithBaseline: 0, steps: [] },
    async statusCounts(question) {
      rows.statusQuestions.push(question)
      return { devices: 4, online: 3, optedOut: question.eventIds.length }
    },
  }
  const start = (): Reporter => {
    const options = { writer: log.writer, reader: log.reader, source, clock, log: pino({ level: 'silent' }), everyMs: 5, marginMs: 1 }
    const reporter = startReporter(options)
    running.push(reporter)
    return reporter
  }
  return { clock, log, rows, start, reports: () => log.read(utilityReports).flatMap(({ value }) => value ?? []) }
}

const sum = (index: number, energyWh: number): StepSum => ({
  startMs: NOON_MS + index * QUARTER_MS,
  energyWh,
  quality: 'measured',
  devices: 2,
})

it('makes one report per period, and none twice across a restart', async () => {
  const { log, rows, start, reports, clock } = createRig()
  rows.intervals = Array.from({ length: 8 }, (_, index) => sum(index, 1000 + index))
  await log.writer.append(programsView, aProgram())
  await log.writer.append(utilitySessions, aReportFact('reportAsked'))
  const first = start()
  await eventually(() => expect(reports().length).toBeGreaterThan(2))
  await first.stop()
  start()
  await eventually(() => expect(reports()).toHaveLength(8))
  const askedThen = rows.asked
  await eventually(() => expect(clock.nowMs()).toBeGreaterThan(NOON_MS + 12 * QUARTER_MS))
  expect(rows.asked).toBeGreaterThanOrEqual(askedThen)
  expect(reports()).toHaveLength(8)
  expect(new Set(reports().map(({ reportId }) => reportId)).size).toBe(8)
  expect(reports().map(({ startMs, points }) => [(startMs - NOON_MS) / QUARTER_MS, points[0]?.values])).toEqual(
    Array.from({ length: 8 }, (_, index) => [index, [1000 + index]]),
  )
  expect(reports()[0]).toMatchObject({
    vtnId: 'vtn-1',
    reportRequestId: 'request-1',
    reportName: 'TELEMETRY_USAGE',
    status: 'pending',
    attempt: 0,
    stepS: 900,
  })
})

it('shows a gap inside an event as missing', async () => {
  const { log, start, reports } = createRig()
  await log.writer.append(programsView, aProgram())
  await log.writer.append(utilityEvents, anEvent({ startMs: NOON_MS + QUARTER_MS, endMs: NOON_MS + 2 * QUARTER_MS }))
  await log.writer.append(utilitySessions, aReportFact('reportAsked'))
  start()
  await eventually(() => expect(reports()).toHaveLength(1))
  expect(reports()).toMatchObject([{ startMs: NOON_MS + QUARTER_MS, points: [{ values: [0], qualities: ['missing'] }] }])
})

it('makes the report late when the rows could not be had', async () => {
  const { log, rows, start, reports } = createRig()
  rows.intervals = [sum(0, 500)]
  rows.failures = 3
  await log.writer.append(programsView, aProgram())
  await log.writer.append(utilitySessions, aReportFact('reportAsked'))
  start()
  await eventually(() => expect(reports()).toHaveLength(1))
  expect(rows.failures).toBe(0)
})

it('makes the report late when the log could not be written', async () => {
  const { log, rows, start, reports } = createRig()
  rows.intervals = [sum(0, 500)]
  await log.writer.append(programsView, aProgram())
  await log.writer.append(utilitySessions, aReportFact('reportAsked'))
  log.failWith('the log is down')
  start()
  await eventually(() => expect(rows.asked).toBe(1))
  log.failWith(undefined)
  await eventually(() => expect(reports()).toHaveLength(1))
})

const results = (baselineWh: number): ResultSums => ({
  stepS: 900,
  units: 2,
  unitsWithBaseline: 1,
  steps: [0, 1].map((index) => ({
    startMs: NOON_MS + index * QUARTER_MS,
    usageWh: 400,
    baselineWh,
    deltaUsageWh: 300 - baselineWh,
    quality: 'measured',
  })),
})

it('reports a settled event once per result: again only when it is restated', async () => {
  const { log, rows, start, reports, clock } = createRig()
  const rIds = ['usage', 'baseline', 'deltaUsage'].map((measure) => `summer-shed/${measure}`)
  await log.writer.append(programsView, aProgram())
  await log.writer.append(utilityEvents, anEvent({ eventId: 'E', startMs: NOON_MS, endMs: NOON_MS + 2 * QUARTER_MS }))
  await log.writer.append(
    utilitySessions,
    aReportFact('reportAsked', anAsked({ reportSpecifierId: 'history-usage', rIds, reportBackS: 60 })),
  )
  start()
  await eventually(() => expect(clock.nowMs()).toBeGreaterThan(NOON_MS + 6 * QUARTER_MS))
  expect(reports()).toEqual([])
  rows.results = results(900)
  await eventually(() => expect(reports()).toHaveLength(1))
  const thenMs = clock.nowMs()
  await eventually(() => expect(clock.nowMs()).toBeGreaterThan(thenMs + 4 * QUARTER_MS))
  expect(reports()).toHaveLength(1)
  expect(reports()[0]).toMatchObject({
    eventId: 'E',
    reportName: 'HISTORY_USAGE',
    startMs: NOON_MS,
    stepS: 900,
    points: [
      { rId: 'summer-shed/usage', values: [400, 400], qualities: ['measured', 'measured'] },
      { rId: 'summer-shed/baseline', values: [900, 900], qualities: ['estimated', 'estimated'] },
      { rId: 'summer-shed/deltaUsage', values: [-600, -600] },
    ],
  })
  rows.results = results(1000)
  await eventually(() => expect(reports()).toHaveLength(2))
  expect(reports()[1]?.reportId).not.toBe(reports()[0]?.reportId)
})

it('gives one report of history with metered and settled values side by side', async () => {
  const { log, rows, start, reports } = createRig()
  rows.intervals = [sum(-1, 700), sum(0, 400)]
  rows.results = results(900)
  const rIds = ['summer-shed/usage', 'summer-shed/baseline']
  await log.writer.append(programsView, aProgram())
  await log.writer.append(utilityEvents, anEvent({ eventId: 'E', startMs: NOON_MS, endMs: NOON_MS + 2 * QUARTER_MS }))
  const asked = anAsked({
    reportSpecifierId: 'history-usage',
    rIds,
    reportBackS: 0,
    fromMs: NOON_MS - QUARTER_MS,
    untilMs: NOON_MS + QUARTER_MS,
  })
  await log.writer.append(utilitySessions, aReportFact('reportAsked', asked))
  start()
  await eventually(() => expect(reports()).toHaveLength(1))
  expect(reports()[0]).toMatchObject({
    eventId: null,
    startMs: NOON_MS - QUARTER_MS,
    points: [{ values: [700, 400] }, { values: [0, 900], qualities: ['missing', 'estimated'] }],
  })
})

it('tells status by the minute, with what the events in force leave and who opted out of them', async () => {
  const { log, rows, start, reports } = createRig()
  await log.writer.append(programsView, aProgram())
  const startMs = NOON_MS + 60_000
  const interval = { startMs, endMs: startMs + 3_600_000, level: '2', valueW: null }
  await log.writer.append(utilityEvents, anEvent({ startMs, endMs: interval.endMs, intervals: [interval] }))
  const asked = { reportSpecifierId: 'telemetry-status', rIds: ['summer-shed/status'], granularityS: 60, reportBackS: 120 }
  await log.writer.append(utilitySessions, aReportFact('reportAsked', anAsked(asked)))
  start()
  await eventually(() => expect(reports().length).toBeGreaterThan(0))
  expect(reports()[0]).toMatchObject({
    reportName: 'TELEMETRY_STATUS',
    stepS: 60,
    startMs: NOON_MS,
    points: [
      { rId: 'summer-shed/status.devices', values: [4, 4] },
      { rId: 'summer-shed/status.online', values: [3, 3] },
      { rId: 'summer-shed/status.optedOut', values: [0, 1] },
      { rId: 'summer-shed/status.limitPermille', values: [1000, 500] },
    ],
  })
  expect(rows.statusQuestions.slice(0, 2).map(({ atMs, eventIds }) => [atMs - NOON_MS, eventIds.length])).toEqual([
    [59_999, 0],
    [119_999, 1],
  ])
})

it('tells the status of resources apart: who is in each, and only the limits of events that address it', async () => {
  const { log, rows, start, reports } = createRig()
  const ofFeeder = (n: number) => `summer-shed/resource=feeder-${n}/status`
  const rIds = [ofFeeder(7), ofFeeder(8)]
  await log.writer.append(programsView, aProgram('summer-shed', { settledUnit: 'resource' }))
  const targets = [{ kind: 'resource' as const, ids: ['feeder-7'] }]
  await log.writer.append(utilityEvents, anEvent({ startMs: NOON_MS - QUARTER_MS, endMs: NOON_MS + 8 * QUARTER_MS, targets }))
  const asked = anAsked({ reportSpecifierId: 'telemetry-status', rIds, granularityS: 900, untilMs: NOON_MS + QUARTER_MS })
  await log.writer.append(utilitySessions, aReportFact('reportAsked', asked))
  start()
  await eventually(() => expect(reports()).toHaveLength(1))
  const valuesOf = (rId: string) => reports()[0]?.points.find((point) => point.rId === rId)?.values
  expect(rIds.map((rId) => [valuesOf(`${rId}.devices`), valuesOf(`${rId}.optedOut`), valuesOf(`${rId}.limitPermille`)])).toEqual([
    [[4], [1], [500]],
    [[4], [0], [1000]],
  ])
  expect(rows.statusQuestions.map(({ resourceId }) => resourceId)).toEqual(['feeder-7', 'feeder-8'])
})
