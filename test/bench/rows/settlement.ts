/**
 * Settlement: a 4-hour event, 15 minutes, 10-in-10 with adjustment, from 45 days of history.
 *
 * Measured: the production settlement sub-topology in one process and the production analytics process in another, from the tick on which
 * the event is due to the last unit's result standing in ClickHouse: questions of 500 units answered from ClickHouse at a pinned offset,
 * baselines, results by revision and payment lines exactly once on the log, and loaded. The results are then made final, which is timed
 * as well. Baseline and actual of all units together are compared with what is known of them, to the watt-hour.
 *
 * Not measured: how the history came there. The 45 days are put into ClickHouse's tables by SQL, as the loader would have written them;
 * the day of the event, the order and the decisions are written to the log by the bench, and taken by the loader and by settlement before
 * the clock starts.
 */
import { createHistoryClient } from '../../../gateway/analytics/history-client.ts'
import { dispatchDecisions, settlementIntervals } from '../../../topics/catalogue.ts'
import { aProgram } from '../../build/terms.ts'
import { eventually } from '../../support/eventually.ts'
import { type AnalyticsProcess, startAnalyticsProcess } from '../support/analytics.ts'
import { appendAll } from '../support/append-all.ts'
import { figureOf, type Row, rounded } from '../support/row.ts'
import * as settled from '../support/settled-event.ts'
import type { Stage } from '../support/stage.ts'
import { loaded, writeOrder } from '../support/telemetry-rig.ts'
import { endsOf } from '../support/visibility.ts'
import { startWorker, type Worker } from '../support/worker.ts'

const UNITS = 100_000
const QUICK_UNITS = 20_000
const GOAL_S = 25
const LONG_MS = 900_000

/** Writes what led up to the event, and resolves when the loader and settlement know of it. */
async function prepare(stage: Stage, units: settled.SettledUnits, analytics: AnalyticsProcess): Promise<Worker> {
  const { writer, devicePartitions, log } = stage
  const decisions = settled.decisionsOf(units)
  await writeOrder(stage, { events: [units.event], programs: [aProgram(settled.PROGRAM, settled.settledTerms)] })
  await appendAll(decisions, ({ partition, block }) => writer.append(dispatchDecisions, block, { partition }))
  log('writing the day of the event')
  const all = Array.from({ length: units.count }, (_, unit) => unit)
  await appendAll(all, (unit) => writer.append(settlementIntervals, settled.eventDay(units, unit)))
  const worker = startWorker(stage, { subTopologies: ['settlement'], nowMs: units.event.endMs, clickhouse: analytics.settlement })
  const inputs = devicePartitions + decisions.length + units.count
  await eventually('settlement to take the day of the event', () => worker.inputs('settlement') >= inputs, LONG_MS)
  await loaded(
    analytics,
    'SELECT sum(length(whs)) FROM drover.unit_interval_rows',
    units.count * settled.SLOTS * (settled.HISTORY_DAYS + 1),
  )
  return worker
}

/** Real seconds for all of settlement's questions, one at a time per partition, as it asks them. */
async function askAll({ brokers }: Stage, units: settled.SettledUnits, { settlement }: AnalyticsProcess): Promise<number> {
  const lanes = settled.questionsOf(units, await endsOf(brokers, settlementIntervals.name))
  const ask = createHistoryClient(settlement)
  const startMs = performance.now()
  await Promise.all(
    lanes.map(async (questions) => {
      for (const question of questions) await ask(question)
    }),
  )
  const seconds = (performance.now() - startMs) / 1_000
  await ask.close()
  return seconds
}

async function compare(analytics: AnalyticsProcess, units: settled.SettledUnits): Promise<Readonly<Record<string, number>>> {
  const known = settled.sumsOf(units)
  const found = {
    baselineWh: await analytics.ask('SELECT sum(baseline_wh) FROM drover.results'),
    actualWh: await analytics.ask('SELECT sum(actual_wh) FROM drover.results'),
  }
  if (found.baselineWh !== known.baselineWh || found.actualWh !== known.actualWh)
    throw new Error(`settled ${JSON.stringify(found)}, known ${JSON.stringify(known)}`)
  return found
}

export const settlementRow: Row = {
  name: 'settlement',
  about: `${UNITS} units, 4 hours, 15 minutes, 10-in-10 from 45 days → results in ClickHouse`,
  stage: 'settlement',
  async measure(stage, { quick }, report) {
    const units = settled.settledUnits(quick ? QUICK_UNITS : UNITS, stage.devicePartitions, Date.now())
    stage.log(`putting ${settled.HISTORY_DAYS} days of ${units.count} units into ClickHouse`)
    const analytics = await startAnalyticsProcess(stage, settled.fillStatements(units, stage.devicePartitions))
    const worker = await prepare(stage, units, analytics)
    stage.log('the event is due')
    const startMs = performance.now()
    worker.setClock(units.event.endMs + (settled.settledTerms.graceS + 120) * 1_000)
    await loaded(analytics, 'SELECT uniqExact(unit_id) FROM drover.result_rows', units.count)
    const figure = (performance.now() - startMs) / 1_000
    await loaded(analytics, "SELECT uniqExact(unit_id) FROM drover.result_rows WHERE status = 'final'", units.count)
    await loaded(analytics, 'SELECT uniqExact(unit_id) FROM drover.statement_rows', units.count)
    const finalS = (performance.now() - startMs) / 1_000
    const sums = await compare(analytics, units)
    stage.log('asking the same questions again, alone')
    const limit = await askAll(stage, units, analytics)
    report(
      figureOf({
        row: 'settlement',
        figure,
        unit: 's, event due → result of every unit in ClickHouse',
        better: 'lower',
        limit,
        limitIs:
          'the same questions of 500 units answered by the embedded engine, one at a time per partition, nothing computed or written',
        goal: quick ? null : GOAL_S,
        more: {
          units: units.count,
          unitsPerSecond: Math.round(units.count / figure),
          finalWithStatementsS: rounded(finalS),
          historyIntervals: units.count * settled.SLOTS * settled.HISTORY_DAYS,
          ...sums,
          trouble: worker.trouble.length,
        },
      }),
    )
  },
}
